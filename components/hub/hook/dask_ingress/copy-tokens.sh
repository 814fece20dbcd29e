# Keeps copies of a user's tokens which nobody but the user can read, and follows what the kubelet changes.
# The kubelet lets the pod's group read what it mounts. XRootD's client refuses such a file
# (https://github.com/xrootd/xrootd/blob/v6.2.1/src/XrdSecztn/XrdSecProtocolztn.cc, readToken), and HTCondor refuses it too
# (https://github.com/htcondor/htcondor/blob/main/src/condor_utils/secure_file.cpp).
# $1: folder of the Secret; $2: folder of the copies. The first copies are there when the command returns.
umask 077
mkdir -p "$2/tokens.d"

copy() {
  if [ ! -f "$1" ]; then
    rm -f "$2"
  elif ! [ -f "$2" ] || [ "$(cat "$1")" != "$(cat "$2")" ]; then
    # A reader finds the old token or the new one, and never half of one.
    cat "$1" >"$2.new" && mv -f "$2.new" "$2"
  fi
}

copy_all() {
  copy "$1/access_token" "$2/access_token"
  # HTCondor takes every file of a folder for a token.
  copy "$1/condor_token" "$2/tokens.d/condor_token"
}

copy_all "$1" "$2"
(
  while sleep 10; do
    copy_all "$1" "$2"
  done
) </dev/null >/dev/null 2>&1 &
