//! The console's own style and script, part of the program; an address names the content, so it may be kept for ever.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// One embedded file.
struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

const ASSETS: [Asset; 3] = [
    Asset { name: "console.css", kind: "text/css; charset=utf-8", text: include_str!("../../assets/console.css") },
    Asset { name: "console.js", kind: "text/javascript; charset=utf-8", text: include_str!("../../assets/console.js") },
    Asset { name: "mark.svg", kind: "image/svg+xml", text: include_str!("../../assets/mark.svg") },
];

/// The address of an asset with the hash of its content.
pub(super) fn address(name: &str) -> String {
    let text = ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.text);
    let digest = Sha256::digest(text.as_bytes());
    format!("/assets/{name}?v={}", hex::encode(&digest[..6]))
}

pub(super) async fn serve(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|asset| asset.name == name) {
        Some(asset) => {
            let headers =
                [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, asset.text).into_response()
        }
        None => (StatusCode::NOT_FOUND, format!("there is no asset named {name:?}\n")).into_response(),
    }
}
