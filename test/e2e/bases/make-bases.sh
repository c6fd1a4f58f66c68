#!/usr/bin/env bash
# Stand-ins for the official base images, under their official names, out of this machine's own packages and
# interpreters. usage: make-bases.sh NODE_BINARY NPM_DIRECTORY PYTHON_PREFIX (buildah's environment set by the caller)
set -euo pipefail
node_binary=$1
npm_directory=$2
python_prefix=$3
here=$(dirname "$0")
registry=public.ecr.aws/docker/library
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT

build() { # NAME DOCKERFILE
  buildah bud -q --network host --pull-never --layers=false -t "$registry/$1" -f "$context/$2" "$context" >/dev/null
}

make_debian() {
  "$here/slim-root.sh" "$context/debian.tar"
  cp /etc/ssl/certs/ca-certificates.crt "$context/ca.crt"
  cat >"$context/Dockerfile.debian" <<'EOF'
FROM scratch
ADD debian.tar /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["bash"]
EOF
  build debian:bookworm-slim Dockerfile.debian
  rm "$context/debian.tar"
}

# As in the official image: node, npm, the user `node` (1000) and the entrypoint.
make_node() {
  mkdir -p "$context/node/bin" "$context/node/etc" "$context/node/lib/node_modules"
  cp -L "$node_binary" "$context/node/bin/node"
  cp -r "$npm_directory" "$context/node/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$context/node/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$context/node/bin/npx"
  : >"$context/node/etc/npmrc"
  cat >"$context/node/bin/docker-entrypoint.sh" <<'EOF'
#!/bin/sh
set -e
if [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ] || { [ -f "${1}" ] && ! [ -x "${1}" ]; }; then
  set -- node "$@"
fi
exec "$@"
EOF
  chmod 755 "$context/node/bin/docker-entrypoint.sh"
  cat >"$context/Dockerfile.node" <<EOF
FROM $registry/debian:bookworm-slim
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
COPY node/ /usr/local/
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node"]
EOF
  build node:24-slim Dockerfile.node
}

# A Python that was built under another prefix finds its library from where its binary lies: moved to /usr/local.
make_python() {
  local version
  version=$(basename "$(readlink -f "$python_prefix/bin/python3")") # python3.13
  mkdir -p "$context/python/bin" "$context/python/lib"
  cp -P "$python_prefix"/bin/python3* "$context/python/bin/"
  ln -sf python3 "$context/python/bin/python"
  find "$python_prefix/lib" -maxdepth 1 -name 'libpython*.so*' -exec cp -P -t "$context/python/lib" {} +
  tar -C "$python_prefix/lib" --exclude=test --exclude=__pycache__ --exclude='config-*' \
    --exclude='site-packages/*' -cf - "$version" | tar -C "$context/python/lib" -xf -
  cat >"$context/Dockerfile.python" <<EOF
FROM $registry/debian:bookworm-slim
COPY python/ /usr/local/
RUN ldconfig && : > /etc/pip.conf && python3 -m ensurepip >/dev/null && ln -sf pip3 /usr/local/bin/pip \
  && python3 -c 'import bz2, ctypes, lzma, readline, sqlite3, ssl'
ENV LANG=C.UTF-8
CMD ["python3"]
EOF
  build "python:${version#python}-slim" Dockerfile.python
}

make_debian
make_node
make_python
