/** Where the check finds what it reads, its token and its list of hops, and where it works and leaves what it measures. */
export const CHECK_PLACES = { token: "/etc/data-check-token", hops: "/etc/data-check", work: "/work", metrics: "/metrics" } as const;

/** Seconds after which a hop that has not delivered its file is broken. We chose two minutes. */
export const HOP_PATIENCE = 120;

/**
 * What the check measures, by the names of Prometheus (https://prometheus.io/docs/practices/naming/). Only a hop that gave the file has seconds and
 * bytes. A hop that breaks is counted up from run to run, and from 0 again after a run in which it gave the file.
 */
export const CHECK_METRICS = {
  up: "data_check_hop_up",
  seconds: "data_check_hop_duration_seconds",
  bytes: "data_check_hop_bytes",
  broken: "data_check_hop_broken_runs",
  ended: "data_check_last_run_timestamp_seconds",
} as const;

const { up, seconds, bytes, broken, ended } = CHECK_METRICS;

/**
 * Script of the check, for any POSIX shell. In each run it reads the file of every hop, one after the other, says of each how long that took, and compares
 * what came with what the first hop of the same file gave. It names the broken hops at the end, and leaves what it measured in a file in the text format of
 * Prometheus (https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md).
 *
 * A copy of the token is laid for the check's user alone, because XRootD's client refuses a token that a group may read
 * (https://github.com/xrootd/xrootd/blob/v5.5.3/src/XrdSecztn/XrdSecProtocolztn.cc). The environment may place files elsewhere.
 * @param pause seconds between two runs.
 */
export function checkScript(pause: number): string {
  return `#!/bin/sh
# Each line of the list: name of the hop, and URL of the file.
set -u
umask 077
token=\${DATA_CHECK_TOKEN:-${CHECK_PLACES.token}/token}
hops=\${DATA_CHECK_HOPS:-${CHECK_PLACES.hops}/hops}
work=\${DATA_CHECK_WORK:-${CHECK_PLACES.work}}
metrics=\${DATA_CHECK_METRICS:-${CHECK_PLACES.metrics}}
pause=\${DATA_CHECK_PAUSE:-${pause}}
export HOME="$work" XRD_CONNECTIONRETRY=1 XRD_CONNECTIONWINDOW=15 XRD_REQUESTTIMEOUT=60
unset BEARER_TOKEN BEARER_TOKEN_FILE XRD_PLUGIN XRD_PLUGINCONFDIR
asleep=""
trap '[ -z "$asleep" ] || kill "$asleep"; exit 0' TERM INT

# Writes one metric of all hops: its name, its help, and the folder with a value of each hop.
metric() {
  echo "# HELP $1 $2"
  echo "# TYPE $1 gauge"
  while read -r hop _; do
    if [ -e "$work/$3/$hop" ]; then echo "$1{hop=\\"$hop\\"} $(cat "$work/$3/$hop")"; fi
  done <"$hops"
}

run() {
  # The kubelet renews the Secret while the pod runs.
  if [ -s "$token" ]; then
    cat "$token" >"$work/token"
    export BEARER_TOKEN_FILE="$work/token"
  fi
  rm -rf "$work/sums" "$work/seconds" "$work/bytes" "$work/up"
  mkdir -p "$work/sums" "$work/seconds" "$work/bytes" "$work/up" "$work/broken"
  broken=""
  while read -r hop url; do
    start=$(date +%s.%N)
    because=""
    timeout ${HOP_PATIENCE} xrdcp --force --silent "$url" "$work/file" 2>"$work/said" </dev/null || because=" because: $(tr '\\n' ' ' <"$work/said")"
    took=$(echo "$start $(date +%s.%N)" | awk '{ printf "%.3f", $2 - $1 }')
    if [ -z "$because" ]; then
      sum=$(cksum <"$work/file")
      path=$(echo "$url" | sed 's,^[a-z]*://[^/]*,,' | cksum | cut -d ' ' -f 1)
      if [ ! -e "$work/sums/$path" ]; then echo "$sum" >"$work/sums/$path"; fi
      if [ "$sum" = "$(cat "$work/sums/$path")" ]; then
        echo "$took" >"$work/seconds/$hop"
        echo "\${sum#* }" >"$work/bytes/$hop"
      else
        because=" because: other contents than at the hop before"
      fi
    fi
    if [ -z "$because" ]; then
      echo "hop=$hop state=ok seconds=$took bytes=\${sum#* }"
      echo 1 >"$work/up/$hop"
      echo 0 >"$work/broken/$hop"
    else
      echo "hop=$hop state=broken seconds=$took$because"
      echo 0 >"$work/up/$hop"
      echo $(($(cat "$work/broken/$hop" 2>/dev/null || echo 0) + 1)) >"$work/broken/$hop"
      broken="$broken $hop"
    fi
    rm -f "$work/file"
  done <"$hops"
  if [ -n "$broken" ]; then echo "broken:$broken"; fi
  {
    metric ${up} "Whether the hop gave the known file in the last run" up
    metric ${seconds} "Seconds in which the hop gave the known file" seconds
    metric ${bytes} "Bytes of the known file, as the hop gave it" bytes
    metric ${broken} "Runs without the known file up to the last run" broken
    echo "# HELP ${ended} When the last run ended"
    echo "# TYPE ${ended} gauge"
    echo "${ended} $(date +%s)"
  } >"$metrics/data-check.new"
  # The exporter reads whole files alone, by the end of their names.
  mv "$metrics/data-check.new" "$metrics/data-check.prom"
}

while :; do
  run
  sleep "$pause" &
  asleep=$!
  wait "$asleep"
  asleep=""
done
`;
}
