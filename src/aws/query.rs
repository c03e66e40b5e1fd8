//! The protocol of older services: a form goes out, XML comes back
//! (<https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>).

use std::collections::BTreeMap;

use roxmltree::{Document, Node};
use url::form_urlencoded;

use super::{Aws, MAX_BYTES, Refusal, Request, Service};

/// The fields of a form, in the order in which they were added.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// One that asks `action` of a service's version.
    pub(super) fn new(service: Service, action: &str) -> Self {
        let version = match service {
            Service::CloudFormation => "2010-05-15",
            Service::Sts => "2011-06-15",
            Service::S3 | Service::Ssm | Service::Lambda | Service::DynamoDb => "",
        };
        Self(Vec::new()).with("Action", action).with("Version", version)
    }

    pub(super) fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    fn body(&self) -> Vec<u8> {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish().into_bytes()
    }
}

impl Aws {
    /// Asks `service`, and hands what it answers to `read`.
    ///
    /// # Errors
    /// Where it cannot be asked or refuses, or what it answers is no XML.
    pub(super) async fn query<T>(
        &self,
        service: Service,
        form: &Form,
        read: impl FnOnce(Node<'_, '_>) -> T,
    ) -> Result<T, Refusal> {
        let doing = form.0[0].1.clone();
        let headers = vec![("content-type", "application/x-www-form-urlencoded")];
        let request = Request {
            method: "POST",
            path: "/".into(),
            headers,
            body: form.body(),
            limit: MAX_BYTES,
            patience: None,
        };
        let answer = self.accepted(service, &request, &doing).await?;
        let unreadable = |problem: String| Refusal { doing: doing.clone(), code: None, problem };
        let text = answer.text().map_err(unreadable)?;
        let document = Document::parse(&text).map_err(|error| unreadable(error.to_string()))?;
        Ok(read(document.root_element()))
    }
}

/// The text of the first element called `name` in `node`.
pub(super) fn text(node: Node<'_, '_>, name: &str) -> Option<String> {
    let found = node.descendants().find(|each| each.has_tag_name_of(name))?;
    Some(found.text().unwrap_or_default().trim().to_owned())
}

/// The members of the lists called `name` in `node`.
pub(super) fn members<'a, 'd>(
    node: Node<'a, 'd>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'd>> {
    let list = node.descendants().find(move |each| each.has_tag_name_of(name));
    list.into_iter().flat_map(|list| list.children()).filter(|each| each.has_tag_name_of("member"))
}

/// The pairs of `key` and `value` in the list called `name`.
pub(super) fn pairs(
    node: Node<'_, '_>,
    name: &'static str,
    key: &str,
    value: &str,
) -> BTreeMap<String, String> {
    let pair = |member| Some((text(member, key)?, text(member, value)?));
    members(node, name).filter_map(pair).collect()
}

/// Names without their namespace: each service has its own, and stand-ins have none.
trait LocalName {
    fn has_tag_name_of(&self, name: &str) -> bool;
}

impl LocalName for Node<'_, '_> {
    fn has_tag_name_of(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}
