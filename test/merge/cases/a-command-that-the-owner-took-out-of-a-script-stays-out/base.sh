#!/usr/bin/env bash
set -euo pipefail

environment=$1

npm --prefix infra run deploy

ops/smoke.sh "$environment"
