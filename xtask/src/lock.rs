//! What was once on the wire stays: each message's field, each enum's value and each call is a line of `proto/lock/wire.txt`.
//! Adding lines is free; a line that no longer holds is a broken client somewhere and needs a new version of its area.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use prost::Message;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorSet};

/// The lines of the wire as it is now.
pub fn wire() -> BTreeSet<String> {
    let set = FileDescriptorSet::decode(tge_proto::DESCRIPTORS).expect("our own descriptors are well formed");
    let mut lines = BTreeSet::new();
    for file in set.file.iter().filter(|file| file.package().starts_with("tge.")) {
        let package = file.package();
        for message in &file.message_type {
            message_lines(package, message, &mut lines);
        }
        for one in &file.enum_type {
            enum_lines(package, one, &mut lines);
        }
        for service in &file.service {
            for method in &service.method {
                let stream = if method.server_streaming() { "stream " } else { "" };
                lines.insert(format!(
                    "rpc {package}.{}.{}({}) -> {stream}{}",
                    service.name(),
                    method.name(),
                    method.input_type(),
                    method.output_type()
                ));
            }
        }
    }
    lines
}

/// Lines that were locked and do not hold any more.
///
/// # Errors
/// In words, when the lock cannot be read.
pub fn broken() -> Result<Vec<String>, String> {
    let path = path();
    let text = fs::read_to_string(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let now = wire();
    Ok(text.lines().filter(|line| !now.contains(*line)).map(str::to_owned).collect())
}

/// Lines that are on the wire and not locked yet.
///
/// # Errors
/// In words, when the lock cannot be read.
pub fn unlocked() -> Result<Vec<String>, String> {
    let path = path();
    let text = fs::read_to_string(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let locked: BTreeSet<&str> = text.lines().collect();
    Ok(wire().into_iter().filter(|line| !locked.contains(line.as_str())).collect())
}

/// Adds what is new to the lock; what is broken stays in it and keeps failing the test.
///
/// # Errors
/// In words, when the lock cannot be written.
pub fn update() -> Result<String, String> {
    let path = path();
    let old: BTreeSet<String> = fs::read_to_string(&path).unwrap_or_default().lines().map(str::to_owned).collect();
    let all: BTreeSet<String> = old.union(&wire()).cloned().collect();
    let text: String = all.iter().map(|line| format!("{line}\n")).collect();
    fs::write(&path, text).map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    Ok(format!("{}: {} lines, {} new", path.display(), all.len(), all.len() - old.len()))
}

fn path() -> PathBuf {
    crate::root().join("proto/lock/wire.txt")
}

fn message_lines(scope: &str, message: &DescriptorProto, lines: &mut BTreeSet<String>) {
    let name = format!("{scope}.{}", message.name());
    for field in &message.field {
        let kind =
            if field.type_name().is_empty() { format!("{:?}", field.r#type()) } else { field.type_name().to_owned() };
        lines.insert(format!("field {name}.{} = {} {:?} {kind}", field.name(), field.number(), field.label()));
    }
    for nested in &message.nested_type {
        message_lines(&name, nested, lines);
    }
    for one in &message.enum_type {
        enum_lines(&name, one, lines);
    }
}

fn enum_lines(scope: &str, one: &EnumDescriptorProto, lines: &mut BTreeSet<String>) {
    for value in &one.value {
        lines.insert(format!("value {scope}.{}.{} = {}", one.name(), value.name(), value.number()));
    }
}
