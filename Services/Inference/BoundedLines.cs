namespace LlmOps.Inference;

/// <summary>Passes a stream on and refuses a line longer than the bound, so that no upstream can fill the memory.</summary>
internal sealed class BoundedLines(Stream inner, int mostBytes = 1024 * 1024) : Stream
{
    private int length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Watch(buffer.Span[..read]);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        Watch(buffer.AsSpan(offset, read));
        return read;
    }

    private void Watch(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf((byte)'\n') is var end and >= 0)
        {
            Grow(end);
            length = 0;
            bytes = bytes[(end + 1)..];
        }
        Grow(bytes.Length);
    }

    private void Grow(int bytes)
    {
        length += bytes;
        if (length > mostBytes)
            throw new IOException($"a line is longer than {mostBytes} bytes");
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
