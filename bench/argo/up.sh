#!/bin/bash
# Makes what the side by side with Argo Workflows needs, all of it under $ARGO_BENCH_HOME: the Argo binaries, built from the Go
# module proxy, and an API server with an etcd of its own, started afresh. No kubelet, no scheduler, no controllers.
# usage: up.sh [start|stop]   Prints the kubeconfig's path. Needs Go 1.25, etcd and openssl; the API server is the one of e2e/real-cell.
set -Eeuo pipefail
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
HOME_DIR="${ARGO_BENCH_HOME:-$HOME/.cache/argo-bench}"; BIN="$HOME_DIR/bin"
ARGO=v3.7.2; MODULE=github.com/argoproj/argo-workflows/v3
API_PORT="${ARGO_BENCH_PORT:-16443}"; ETCD_PORT="${ARGO_BENCH_ETCD_PORT:-24790}"; PEER_PORT="${ARGO_BENCH_PEER_PORT:-24800}"
say() { printf '[argo-bench] %s\n' "$*" >&2; }
mkdir -p "$BIN" "$HOME_DIR/src" "$HOME_DIR/pki"

stop() { local name pid; for name in apiserver etcd; do
  if [ -s "$HOME_DIR/$name.pid" ]; then read -r pid <"$HOME_DIR/$name.pid"
    if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$HOME_DIR"; then kill "$pid"; while [ -d "/proc/$pid" ]; do sleep 0.1; done; fi; fi
  rm -f "$HOME_DIR/$name.pid"; done; rm -rf "$HOME_DIR/etcd"; }
if [ "${1:-start}" = stop ]; then stop; exit 0; fi

export PATH="$PATH:/usr/local/go/bin" CGO_ENABLED=0 GOFLAGS='-mod=mod -buildvcs=false'
cd "$HOME_DIR/src"
if [ "$(cat "$BIN/.version" 2>/dev/null)" != "$ARGO" ]; then
  say "building Argo Workflows $ARGO (several minutes the first time)"
  printf 'module argo-bench\n\ngo 1.25.0\n\nrequire %s %s\n' "$MODULE" "$ARGO" >go.mod
  printf '//go:build tools\n\npackage tools\n\nimport (\n\t_ "%s/cmd/argoexec"\n\t_ "%s/cmd/workflow-controller"\n)\n' "$MODULE" "$MODULE" >tools.go
  # One file of Argo's source tree is a symbolic link, and a module archive holds none: a copy of the module gets it back.
  rm -rf argo; cp -r "$(go list -m -f '{{.Dir}}' "$MODULE")" argo; chmod -R u+w argo
  ln -s signal_darwin.go argo/workflow/executor/osspecific/signal_linux.go
  printf '\nreplace %s => ./argo\n' "$MODULE" >>go.mod
  for name in workflow-controller argoexec; do go build -ldflags '-s -w' -o "$BIN/$name" "$MODULE/cmd/$name"; done
  echo "$ARGO" >"$BIN/.version"
fi
"$HERE/../../e2e/real-cell/build.sh" control-plane >&2
APISERVER="${REAL_CELL_HOME:-$HOME/.cache/real-cell}/bin/kube-apiserver"

stop
cd "$HOME_DIR/pki"
if [ ! -f tokens.csv ]; then
  openssl genrsa -out sa.key 2048 2>/dev/null; openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
  openssl req -x509 -newkey rsa:2048 -nodes -keyout api.key -out api.crt -subj /CN=argo-bench -days 3650 -addext 'subjectAltName=IP:127.0.0.1' 2>/dev/null
  printf '%s,admin,admin,"system:masters"\n' "$(openssl rand -hex 16)" >tokens.csv; chmod 600 tokens.csv *.key
fi
cat >"$HOME_DIR/kubeconfig" <<K
apiVersion: v1
kind: Config
clusters: [{name: bench, cluster: {server: "https://127.0.0.1:$API_PORT", certificate-authority-data: "$(base64 -w0 api.crt)"}}]
users: [{name: admin, user: {token: "$(cut -d, -f1 tokens.csv)"}}]
contexts: [{name: bench, context: {cluster: bench, user: admin, namespace: argo}}]
current-context: bench
K
chmod 600 "$HOME_DIR/kubeconfig"
launch() { local name=$1; shift; setsid nohup "$@" >"$HOME_DIR/$name.log" 2>&1 </dev/null & echo $! >"$HOME_DIR/$name.pid"; }
launch etcd etcd --data-dir "$HOME_DIR/etcd" --listen-client-urls "http://127.0.0.1:$ETCD_PORT" --advertise-client-urls "http://127.0.0.1:$ETCD_PORT" --listen-peer-urls "http://127.0.0.1:$PEER_PORT" --initial-advertise-peer-urls "http://127.0.0.1:$PEER_PORT" --initial-cluster "default=http://127.0.0.1:$PEER_PORT"
# Pods are admitted without service accounts, because no controller makes those. Argo's controller watches from version 0, which
# this API server refuses with WatchList on etcd 3.4.23: its watches would fail and its lists go round.
launch apiserver "$APISERVER" --etcd-servers="http://127.0.0.1:$ETCD_PORT" --secure-port="$API_PORT" --bind-address=127.0.0.1 --advertise-address=127.0.0.1 --service-cluster-ip-range=10.97.0.0/16 \
  --tls-cert-file="$HOME_DIR/pki/api.crt" --tls-private-key-file="$HOME_DIR/pki/api.key" --service-account-key-file="$HOME_DIR/pki/sa.pub" --service-account-signing-key-file="$HOME_DIR/pki/sa.key" --service-account-issuer=https://bench \
  --token-auth-file="$HOME_DIR/pki/tokens.csv" --authorization-mode=AlwaysAllow --disable-admission-plugins=ServiceAccount --feature-gates=WatchList=false
export KUBECONFIG="$HOME_DIR/kubeconfig"
for _ in $(seq 240); do kubectl get --raw /readyz >/dev/null 2>&1 && break; sleep 0.5; done
kubectl get --raw /readyz >/dev/null
CRDS="$HOME_DIR/src/argo/manifests/base/crds/minimal"
kubectl create namespace argo >/dev/null
for file in "$CRDS"/argoproj.io_*.yaml; do kubectl create -f "$file" >/dev/null; done
say "API server ready on port $API_PORT"
echo "$HOME_DIR/kubeconfig"
