//! The swarm's REST API, as far as the command line needs it.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

use crate::failure::Failure;

/// A view of one swarm.
pub(crate) struct Client {
    http: reqwest::Client,
    address: String,
    token: Option<String>,
}

impl Client {
    /// A view of the swarm at `address`, for the owner of `token`.
    pub(crate) fn new(address: &str, token: Option<String>, timeout: Duration) -> Result<Self, Failure> {
        let http = reqwest::Client::builder()
            .connect_timeout(timeout)
            .read_timeout(timeout)
            .no_proxy()
            .build()
            .map_err(Failure::work("set up the HTTP client"))?;
        Ok(Self { http, address: address.trim_end_matches('/').to_owned(), token })
    }

    /// Reads a JSON document.
    pub(crate) async fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Value, Failure> {
        self.json(self.request(Method::GET, path).query(query)).await
    }

    /// Reads a file.
    pub(crate) async fn file(&self, path: &str) -> Result<Vec<u8>, Failure> {
        let response = self.checked(self.request(Method::GET, path)).await?;
        Ok(response.bytes().await.map_err(|source| self.unreachable(source))?.to_vec())
    }

    /// Changes something. Answers what came back; nothing came where the answer says no more than that it is done.
    pub(crate) async fn change(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, String)],
        body: Vec<u8>,
        content_type: &str,
    ) -> Result<Option<Value>, Failure> {
        let request = self.request(method, path).query(query).header("content-type", content_type).body(body);
        let response = self.checked(request).await?;
        let text = response.text().await.map_err(|source| self.unreachable(source))?;
        if text.is_empty() {
            return Ok(None);
        }
        let read = serde_json::from_str(&text);
        read.map(Some).map_err(|source| Failure::Answer { address: self.address.clone(), source })
    }

    /// Hands over documents, one a line.
    pub(crate) async fn post_lines(
        &self,
        path: &str,
        query: &[(&str, String)],
        body: String,
    ) -> Result<Value, Failure> {
        let request = self.request(Method::POST, path).query(query).header("content-type", "application/x-ndjson");
        self.json(request.body(body)).await
    }

    /// Opens a stream of events.
    pub(crate) async fn stream(
        &self,
        path: &str,
        query: &[(&str, String)],
        last: Option<&str>,
    ) -> Result<Response, Failure> {
        let mut request = self.request(Method::GET, path).query(query).header("accept", "text/event-stream");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        self.checked(request).await
    }

    /// The text of a path outside the API, whatever the status.
    pub(crate) async fn probe(&self, path: &str) -> Result<(u16, String), Failure> {
        let response = self.request(Method::GET, path).send().await.map_err(|source| self.unreachable(source))?;
        let status = response.status().as_u16();
        Ok((status, response.text().await.map_err(|source| self.unreachable(source))?))
    }

    /// Where it looks.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.address));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn json(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let response = self.checked(request).await?;
        let text = response.text().await.map_err(|source| self.unreachable(source))?;
        serde_json::from_str(&text).map_err(|source| Failure::Answer { address: self.address.clone(), source })
    }

    async fn checked(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let response = request.send().await.map_err(|source| self.unreachable(source))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let text = response.text().await.unwrap_or_default();
        let problem: Value = serde_json::from_str(&text).unwrap_or_default();
        let told = |key: &str| problem[key].as_str().map(str::to_owned);
        Err(Failure::Refused {
            status: status.as_u16(),
            title: told("title").unwrap_or_else(|| status.to_string()),
            detail: told("detail").unwrap_or_else(|| text.chars().take(200).collect()),
        })
    }

    fn unreachable(&self, source: reqwest::Error) -> Failure {
        Failure::Unreachable { address: self.address.clone(), source: source.without_url() }
    }
}
