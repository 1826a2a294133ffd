# One server. Services register by HTTP with this very agent, so no other agent ever joins: gossip and RPC stay on the loopback, and the
# node has no address that could change between two starts.
datacenter       = "tge"
node_name        = "consul"
bind_addr        = "127.0.0.1"
client_addr      = "0.0.0.0"

# Fast enough for a leader lock bound to a 3 s check; the default of 5 is tuned for the smallest cloud machines.
performance { raft_multiplier = 1 }

# A check is a request to a port or a heartbeat to us, never a program run in this container.
enable_script_checks       = false
enable_local_script_checks = false
disable_update_check       = true
# A server that is told to stop keeps its place: it is alone and comes back with its data.
leave_on_terminate         = false

telemetry {
  prometheus_retention_time = "60s"
  disable_hostname          = true
}
log_level = "warn"
