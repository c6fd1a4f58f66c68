#!/bin/sh
set -e
<<<<<<< yours
run mine
=======
run two
>>>>>>> generated now
