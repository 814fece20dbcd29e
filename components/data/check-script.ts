/** Where the job finds what it reads: its token, and the list of hops. */
export const CHECK_PLACES = { token: "/etc/data-check-token", hops: "/etc/data-check", work: "/work" } as const;

/** Seconds after which a hop that has not delivered its file is broken. We chose two minutes. */
const PATIENCE = 120;

/**
 * Script of the job, for any POSIX shell. It reads the file of every hop, one after the other, says of each how long that took, compares what
 * came with what the first hop of the same file gave, and ends with an error that names the broken hops.
 *
 * A copy of the token is laid for the job's user alone, because XRootD's client refuses a token that a group may read
 * (https://github.com/xrootd/xrootd/blob/v5.5.3/src/XrdSecztn/XrdSecProtocolztn.cc). The environment may place files elsewhere.
 */
export const CHECK_SCRIPT = `#!/bin/sh
# Each line of the list: name of the hop, and URL of the file.
set -u
umask 077
token=\${DATA_CHECK_TOKEN:-${CHECK_PLACES.token}/token}
hops=\${DATA_CHECK_HOPS:-${CHECK_PLACES.hops}/hops}
work=\${DATA_CHECK_WORK:-${CHECK_PLACES.work}}
summary=\${DATA_CHECK_SUMMARY:-/dev/termination-log}
export HOME="$work" XRD_CONNECTIONRETRY=1 XRD_CONNECTIONWINDOW=15 XRD_REQUESTTIMEOUT=60
unset BEARER_TOKEN BEARER_TOKEN_FILE XRD_PLUGIN XRD_PLUGINCONFDIR
if [ -s "$token" ]; then
  cat "$token" >"$work/token"
  export BEARER_TOKEN_FILE="$work/token"
fi
broken=""
while read -r hop url; do
  start=$(date +%s.%N)
  if timeout ${PATIENCE} xrdcp --force --silent "$url" "$work/file" 2>"$work/said" </dev/null; then
    took=$(echo "$start $(date +%s.%N)" | awk '{ printf "%.3f", $2 - $1 }')
    sum=$(cksum <"$work/file")
    path=$(echo "$url" | sed 's,^[a-z]*://[^/]*,,' | cksum | cut -d ' ' -f 1)
    if [ ! -e "$work/sum-$path" ]; then echo "$sum" >"$work/sum-$path"; fi
    if [ "$sum" = "$(cat "$work/sum-$path")" ]; then
      echo "hop=$hop state=ok seconds=$took bytes=\${sum#* }"
    else
      echo "hop=$hop state=broken seconds=$took bytes=\${sum#* } because: other contents than at the hop before"
      broken="$broken $hop"
    fi
  else
    took=$(echo "$start $(date +%s.%N)" | awk '{ printf "%.3f", $2 - $1 }')
    echo "hop=$hop state=broken seconds=$took because: $(tr '\\n' ' ' <"$work/said")"
    broken="$broken $hop"
  fi
  rm -f "$work/file"
done <"$hops"
if [ -n "$broken" ]; then
  echo "broken:$broken" | tee "$summary"
  exit 1
fi
`;
