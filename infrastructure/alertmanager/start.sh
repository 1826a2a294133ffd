#!/bin/sh
# Renders the template and starts AlertManager. `start.sh render FILE URL` only prints the result for a URL, for check.sh.
set -eu
render() { # TEMPLATE URL
  if [ -n "$2" ]; then sed "s|@WEBHOOK_URL@|$(printf %s "$2" | sed 's/[&|\\]/\\&/g')|" "$1"; else grep -v '@WEBHOOK_URL@' "$1"; fi
}
if [ "${1:-}" = render ]; then render "$2" "$3"; exit; fi

url=$(cat /run/secrets/alert_webhook_url 2>/dev/null || true)
case $url in
  ''|http://*|https://*) ;;
  *) echo "alertmanager: secrets/alert_webhook_url does not hold an http(s) URL: correct it, or empty it to send to nobody" >&2; exit 64 ;;
esac
[ -n "$url" ] || echo "alertmanager: secrets/alert_webhook_url is empty: alerts are shown, and sent to nobody" >&2
umask 077
render /etc/tge-alertmanager/alertmanager.yml "$url" > /tmp/alertmanager.yml
# No cluster: a single instance, and its gossip would otherwise look for a private address on two networks.
exec /bin/alertmanager --config.file=/tmp/alertmanager.yml --storage.path=/alertmanager \
  --web.external-url="${ALERTMANAGER_EXTERNAL_URL:-http://localhost:9093}" --web.route-prefix=/ --cluster.listen-address=
