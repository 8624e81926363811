"""Both legs of a library on a Milvus server, which several homes may share."""
