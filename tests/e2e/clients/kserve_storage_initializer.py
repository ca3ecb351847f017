"""What KServe's storage initializer does in a pod before the model server starts.

Usage: kserve_storage_initializer.py URI FOLDER [URI FOLDER …]
"""

import sys

from kserve_storage import Storage

if __name__ == "__main__":
    Storage.download_files(sys.argv[1::2], sys.argv[2::2])
