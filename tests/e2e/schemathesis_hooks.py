"""What Schemathesis has to know of our media types: npy is bytes, which need no writing."""

import schemathesis

schemathesis.serializer.alias("application/x-npy", "application/octet-stream")
