"""Files of rows: read batch by batch, transformed, and written in one stroke. A file of any size fits in any memory."""
