namespace LlmOps.Evaluation;

/// <summary>The lines of a stream without copying them: a line lives until the next one is read.</summary>
internal sealed class Lines(Stream stream)
{
    internal const int Longest = 1024 * 1024; // bytes

    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private bool ended;

    internal long Number { get; private set; }

    /// <summary>The last line was longer than <see cref="Longest"/> and was skipped.</summary>
    internal bool Cut { get; private set; }

    internal bool Next(out ReadOnlyMemory<byte> line)
    {
        line = default;
        Cut = false;
        var searched = 0;
        while (true)
        {
            var at = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (at >= 0 || (ended && end > start))
            {
                var length = at >= 0 ? searched + at : end - start;
                Cut = length > Longest;
                line = Trimmed(buffer.AsMemory(start, length));
                start = Math.Min(end, start + length + 1);
                Number++;
                return true;
            }
            if (ended)
                return false;
            searched = end - start;
            if (searched > Longest)
            {
                Cut = true;
                Number++;
                Skip();
                return true;
            }
            Fill();
        }
    }

    private void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (end == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        var read = stream.Read(buffer, end, buffer.Length - end);
        ended = read == 0;
        end += read;
    }

    private void Skip()
    {
        (start, end) = (0, 0);
        while (!ended)
        {
            var read = stream.Read(buffer);
            ended = read == 0;
            var at = buffer.AsSpan(0, read).IndexOf((byte)'\n');
            if (at < 0)
                continue;
            (start, end) = (at + 1, read);
            return;
        }
    }

    private ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> line)
    {
        if (Number == 0 && line.Span.StartsWith("\uFEFF"u8))
            line = line[3..];
        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }
}
