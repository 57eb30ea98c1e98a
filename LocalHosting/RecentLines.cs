using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace LlmOps.LocalHosting;

/// <param name="Number">Counts from 1 over the life of the host.</param>
internal sealed record OutputLine(int Number, string Text, bool IsError);

/// <summary>The last lines that a resource wrote, over all its restarts.</summary>
internal sealed class RecentLines
{
    private const int Kept = 1000;

    private readonly Lock gate = new();
    private readonly Queue<OutputLine> lines = new();
    private readonly List<Channel<OutputLine>> watchers = [];
    private int count;

    public void Add(string text, bool isError)
    {
        lock (gate)
        {
            var line = new OutputLine(++count, text, isError);
            lines.Enqueue(line);
            if (lines.Count > Kept)
                lines.Dequeue();
            foreach (var watcher in watchers)
                watcher.Writer.TryWrite(line);
        }
    }

    public IReadOnlyList<OutputLine> Last(int n)
    {
        lock (gate)
            return [.. lines.TakeLast(n)];
    }

    /// <summary>The kept lines, then each new one. A reader that is too slow loses the oldest.</summary>
    public async IAsyncEnumerable<OutputLine> Watch([EnumeratorCancellation] CancellationToken ct)
    {
        var watcher = Channel.CreateBounded<OutputLine>(new BoundedChannelOptions(2 * Kept) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (gate)
        {
            foreach (var line in lines)
                watcher.Writer.TryWrite(line);
            watchers.Add(watcher);
        }
        try
        {
            await foreach (var line in watcher.Reader.ReadAllAsync(ct))
                yield return line;
        }
        finally
        {
            lock (gate)
                watchers.Remove(watcher);
        }
    }
}
