"""HTTP/1.1 between sockets and the app: what uvicorn is given in the place of its own protocol class.

It knows ASGI and nothing of what the app does.
"""
