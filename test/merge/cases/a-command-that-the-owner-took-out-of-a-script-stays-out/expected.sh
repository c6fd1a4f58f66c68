#!/usr/bin/env bash
set -euo pipefail

environment=${1:?dev or prod}

npm --prefix infra run deploy
