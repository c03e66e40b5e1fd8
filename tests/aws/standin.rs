//! The stand-ins, and a table of each test's own in them.

use aws_sdk_dynamodb::config::{Builder, Config, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use prober::store::{AnyStore, DynamoStore, Holder, configure};

use crate::store::place::{Place, block_on};

/// A table that is this value's alone. It vanishes with the stand-in.
pub struct Table {
    pub endpoint: String,
    pub name: String,
}

impl Table {
    /// In `MiniStack`, which is many services.
    pub fn in_ministack() -> Self {
        Self::make(endpoint("MINISTACK_ENDPOINT"))
    }

    /// In dynalite, which is DynamoDB only, and strict.
    pub fn in_dynalite() -> Self {
        Self::make(endpoint("DYNALITE_ENDPOINT"))
    }

    /// The keys that docs/dynamodb.md promises.
    fn make(endpoint: String) -> Self {
        let table = Self { endpoint, name: format!("prober-{}", Holder::new().0) };
        let text = |name: &str| {
            let attribute = AttributeDefinition::builder().attribute_name(name);
            attribute.attribute_type(ScalarAttributeType::S).build().unwrap()
        };
        let key = |name: &str, kind| {
            KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
        };
        let create = table.client().create_table().table_name(&table.name);
        let create = create
            .attribute_definitions(text("kind"))
            .attribute_definitions(text("name"))
            .key_schema(key("kind", KeyType::Hash))
            .key_schema(key("name", KeyType::Range))
            .billing_mode(BillingMode::PayPerRequest);
        block_on(async {
            create.send().await.unwrap();
            table.wait().await;
        });
        table
    }

    /// Until the table is there: dynalite makes it on its event loop's next turn.
    async fn wait(&self) {
        let key = [("kind", "target"), ("name", "none")]
            .map(|(key, value)| (key.to_owned(), AttributeValue::S(value.to_owned())));
        let get = self.client().get_item().table_name(&self.name).set_key(Some(key.into()));
        for _ in 0..1000 {
            if get.clone().send().await.is_ok() {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("the table {} was not made", self.name);
    }

    /// A client without the store, to look behind it.
    pub fn client(&self) -> Client {
        Client::from_conf(self.config())
    }

    pub fn config(&self) -> Config {
        configure(reaching(&self.endpoint)).unwrap().build()
    }
}

impl Place for Table {
    type Store = DynamoStore;

    fn handle(&self) -> DynamoStore {
        DynamoStore::new(self.client(), &self.name)
    }
}

/// A table, by way of the enum.
pub struct Any(pub Table);

impl Place for Any {
    type Store = AnyStore;

    fn handle(&self) -> AnyStore {
        AnyStore::Dynamo(self.0.handle())
    }
}

/// What every client here needs to reach `endpoint`; the stand-ins look at
/// no signature.
pub fn reaching(endpoint: &str) -> Builder {
    Config::builder()
        .endpoint_url(endpoint)
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("id", "not-so-secret", None, None, "test"))
}

#[expect(clippy::disallowed_methods, reason = "scripts/standins says it in the environment")]
fn endpoint(variable: &str) -> String {
    let endpoint = std::env::var(variable);
    endpoint
        .unwrap_or_else(|_| panic!("{variable} is not set: run these tests with scripts/test-aws"))
}
