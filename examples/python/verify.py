"""Checks the signatures of a file and prints the report, through the C library alone.

    verify.py LIBRARY FILE ROOT [CRL...]

The exit status is the verdict: 0 passed, 1 failed, 2 undetermined, 3 no signature, 4 unreadable; 64 wrong usage.
"""
import ctypes
import json
import sys

Handle = ctypes.c_void_p
Text = ctypes.c_char_p
Size = ctypes.c_size_t
Out = ctypes.POINTER


def library(path):
    kyso = ctypes.CDLL(path)
    # Without these, pointers are cut to 32 bits.
    kyso.kyso_context_new.argtypes = [Text, Size, Out(Handle), Out(Handle)]
    kyso.kyso_verify_file.argtypes = [Handle, Text, Size, Out(Handle), Out(Handle)]
    kyso.kyso_report_verdict.argtypes = [Handle, Out(ctypes.c_int32)]
    kyso.kyso_report_json.argtypes = [Handle, Out(Text), Out(Size)]
    kyso.kyso_error_message.argtypes = [Handle, Out(Text), Out(Size)]
    for name in ("context", "report", "error"):
        free = getattr(kyso, f"kyso_{name}_free")
        free.argtypes, free.restype = [Handle], None
    return kyso


def made(kyso, call, *arguments):
    """What a call makes: a handle behind its inputs, and an error behind that."""
    handle, error = Handle(), Handle()
    status = call(*arguments, ctypes.byref(handle), ctypes.byref(error))
    if status == 0:
        return handle
    message, length = Text(b""), Size()
    kyso.kyso_error_message(error, ctypes.byref(message), ctypes.byref(length))
    text = message.value.decode()
    kyso.kyso_error_free(error)
    raise RuntimeError(f"status {status}: {text}")


def main(path, file, root, *crls):
    kyso = library(path)
    settings = json.dumps({"trust": [root], "crl": crls, "lang": "en"}).encode()
    context = made(kyso, kyso.kyso_context_new, settings, len(settings))
    name = file.encode()
    report = made(kyso, kyso.kyso_verify_file, context, name, len(name))
    verdict, text, length = ctypes.c_int32(), Text(), Size()
    kyso.kyso_report_verdict(report, ctypes.byref(verdict))
    kyso.kyso_report_json(report, ctypes.byref(text), ctypes.byref(length))
    # A copy: the text goes with its report.
    print(text.value.decode())
    kyso.kyso_report_free(report)
    kyso.kyso_context_free(context)
    return verdict.value


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(64)
    try:
        sys.exit(main(*sys.argv[1:]))
    except RuntimeError as error:
        print(error, file=sys.stderr)
        sys.exit(64)
