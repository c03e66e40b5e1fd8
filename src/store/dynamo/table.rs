//! The simple requests: they may be repeated, as the SDK does when an answer is lost.

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;

use super::fault::Fault;
use super::item::{Item, KIND, Key, NAME};

/// How fresh a reading must be. The first costs twice as much:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    /// As it is now: for decisions.
    Now,
    /// Usually at most a second old: for display.
    OfLate,
}

/// One table, and the way to it.
#[derive(Debug, Clone)]
pub(super) struct Table {
    client: Client,
    name: Arc<str>,
}

impl Table {
    pub(super) fn new(client: Client, name: &str) -> Self {
        Self { client, name: name.into() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// All items of one kind. A query is answered in pages of
    /// a megabyte, which a thousand ordinary targets fill.
    pub(super) async fn all(&self, kind: &str, fresh: Freshness) -> Result<Vec<Item>, Fault> {
        let query = self.client.query().table_name(&*self.name);
        let query = query.consistent_read(fresh == Freshness::Now);
        let query = query
            .key_condition_expression("#kind = :kind")
            .expression_attribute_names("#kind", KIND)
            .expression_attribute_values(":kind", AttributeValue::S(kind.to_owned()));
        let pages = query.into_paginator().items().send();
        Ok(pages.collect::<Result<_, _>>().await?)
    }

    /// The items of one kind whose names begin like this, as they are now.
    pub(super) async fn beginning(&self, kind: &str, name: &str) -> Result<Vec<Item>, Fault> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let query = self.client.query().table_name(&*self.name).consistent_read(true);
        let query = query
            .key_condition_expression("#kind = :kind AND begins_with(#name, :name)")
            .expression_attribute_names("#kind", KIND)
            .expression_attribute_names("#name", NAME)
            .expression_attribute_values(":kind", text(kind))
            .expression_attribute_values(":name", text(name));
        let pages = query.into_paginator().items().send();
        Ok(pages.collect::<Result<_, _>>().await?)
    }

    /// One item as it is now.
    pub(super) async fn read(&self, key: Key<'_>) -> Result<Option<Item>, Fault> {
        let get = self.client.get_item().table_name(&*self.name).consistent_read(true);
        Ok(get.set_key(Some(key.item())).send().await?.item)
    }

    /// Puts an item of one attribute, in place of another if there is one.
    pub(super) async fn put(&self, key: Key<'_>, name: &str, text: &str) -> Result<(), Fault> {
        let mut item = key.item();
        item.insert(name.to_owned(), AttributeValue::S(text.to_owned()));
        self.put_item(item).await
    }

    /// Puts `item` in place of the one with the same key, if there is one.
    pub(super) async fn put_item(&self, item: Item) -> Result<(), Fault> {
        self.client.put_item().table_name(&*self.name).set_item(Some(item)).send().await?;
        Ok(())
    }

    pub(super) async fn delete(&self, key: Key<'_>) -> Result<(), Fault> {
        let delete = self.client.delete_item().table_name(&*self.name);
        delete.set_key(Some(key.item())).send().await?;
        Ok(())
    }

    /// The beginning of an update, which makes the item if it is not there.
    pub(super) fn update(&self, key: Key<'_>) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&*self.name).set_key(Some(key.item()))
    }
}
