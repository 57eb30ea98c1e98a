using System.Collections.Concurrent;
using System.Threading.Channels;

namespace LlmOps.Gateway;

/// <summary>The record of every call, on disk before the model is asked and completed after it. One writer puts what waits into one write.
/// A killed process loses nothing that was answered for; a machine that loses its power loses at most the last second.</summary>
public sealed partial class Journal(string root, long fileBytes, TimeProvider clock, ILogger<Journal> log) : IHostedService, IDisposable
{
    public const long UsualFileBytes = 16 * 1024 * 1024;

    public const string UnwritableCode = "usage-store-unavailable";

    private const int MostPerWrite = 256;
    private const int MostRemembered = 100_000;
    private static readonly TimeSpan BeforeRetry = TimeSpan.FromMilliseconds(200);
    private static readonly Refusal Unwritable = Refusal.Upstream(UnwritableCode, "The journal cannot be written, and a call that would not be recorded is not made. Free the disk of the gateway's storage folder, then try again.");

    private readonly Channel<Line> lines = Channel.CreateUnbounded<Line>(new() { SingleReader = true }); // bounded by the calls in flight
    private readonly ConcurrentDictionary<string, InferenceRecord> known = new();
    private readonly ConcurrentDictionary<string, long> open = new(); // where calls began whose end is not shipped: their files stay
    private readonly ConcurrentQueue<(long Seq, string RequestId)> settled = new();

    private JournalFolder? folder;
    private JournalFile? file;
    private Task writing = Task.CompletedTask;
    private long seq;
    private long written;

    public string Gateway => Folder.Gateway;

    public JournalFolder Folder => folder ?? throw new InvalidOperationException("The journal is not open yet.");

    /// <summary>The last position that is written.</summary>
    public long Written => Interlocked.Read(ref written);

    /// <summary>Completes when the record is written; a refusal when it cannot be, and then the call may not be made.</summary>
    public Task<Refusal?> Open(InferenceRecord record)
    {
        known[record.RequestId] = record;
        return Put(new(record, null, null, Done()));
    }

    /// <summary>Completes an open record. It waits for the disk if it must, and is never dropped.</summary>
    public void Settle(InferenceRecord record)
    {
        known[record.RequestId] = record;
        _ = Put(new(null, record, null, null));
    }

    public Task<Refusal?> Give(FeedbackRecord feedback) => Put(new(null, null, feedback, Done()));

    /// <summary>A call in flight or not yet shipped; null when this journal does not (or no longer) know it.</summary>
    public InferenceRecord? Find(string requestId) => known.GetValueOrDefault(requestId);

    /// <summary>Whether a call is in flight.</summary>
    public bool HasOpen => known.Values.Any(record => record.Outcome == Outcome.Open);

    /// <summary>Forgets what the database holds now: records in memory, and files of which nothing is needed any more.</summary>
    public void Shipped(long position)
    {
        while (settled.TryPeek(out var oldest) && oldest.Seq <= position && settled.TryDequeue(out oldest))
            Forget(oldest.RequestId);

        var needed = open.Values.Append(position + 1).Min();
        var files = Folder.Files;
        for (var i = 0; i + 1 < files.Count && JournalFolder.FirstOf(files[i + 1]) <= needed; i++)
            File.Delete(files[i]);
    }

    /// <summary>Waits for what was handed over before and brings it from the machine's memory to its disk; the position up to which it is there.</summary>
    public async Task<long> Sync()
    {
        await Put(new(null, null, null, Done()));
        var upTo = Written;
        file?.Sync();
        return upTo;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(root);
        Start(JournalFolder.Claim(root));
        return Task.CompletedTask;
    }

    /// <summary>The journal of a dead gateway, started: the calls that died with it are settled.</summary>
    public Journal Adopt(JournalFolder left)
    {
        var adopted = new Journal(root, fileBytes, clock, log);
        adopted.Start(left);
        return adopted;
    }

    /// <summary>Ends a journal of which everything is shipped: no record stays on disk, and its positions go on behind them.</summary>
    public async Task Empty(CancellationToken ct)
    {
        await StopAsync(ct);
        await File.Create(Folder.FileFrom(Written + 1)).DisposeAsync();
        Shipped(Written);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lines.Writer.TryComplete();
        await writing.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        lines.Writer.TryComplete();
        file?.Dispose();
        folder?.Dispose();
    }

    private void Start(JournalFolder claimed)
    {
        folder = claimed;
        Replay();
        writing = Write();
    }

    /// <summary>Reads what is there, cuts a torn end, and settles what a dead process left open.</summary>
    private void Replay()
    {
        var left = new Dictionary<string, InferenceRecord>();
        foreach (var path in Folder.Files)
        {
            var end = 0L;
            for (var more = true; more;)
            {
                more = false;
                foreach (var (entry, next) in JournalFolder.Lines(path, end))
                {
                    (end, more) = (next, true);
                    if (entry is null)
                        Damaged(log, path, next);
                    else
                        Remember(entry, left);
                }
            }
            if (new FileInfo(path).Length is var length && length > end)
            {
                Torn(log, path, length - end);
                using var torn = new FileStream(path, FileMode.Open, FileAccess.Write);
                torn.SetLength(end);
            }
            seq = Math.Max(seq, JournalFolder.FirstOf(path) - 1);
        }
        written = seq;
        file = new JournalFile(Folder, fileBytes);
        foreach (var record in left.Values)
            Settle(record with { Outcome = Outcome.Error, ErrorType = InferenceRecord.GatewayDied, Estimated = true });
    }

    private void Remember(JournalEntry entry, Dictionary<string, InferenceRecord> left)
    {
        seq = Math.Max(seq, entry.Seq);
        if (entry.Open is { } begun)
        {
            (known[begun.RequestId], left[begun.RequestId]) = (begun, begun);
            open[begun.RequestId] = entry.Seq;
        }
        if (entry.Settled is { } ended)
        {
            known[ended.RequestId] = ended;
            left.Remove(ended.RequestId);
            Close(ended.RequestId, entry.Seq);
        }
    }

    private async Task Write()
    {
        var batch = new List<Line>();
        while (batch.Count > 0 || await lines.Reader.WaitToReadAsync())
        {
            while (batch.Count < MostPerWrite && lines.Reader.TryRead(out var line))
                batch.Add(line);
            if (await TryWrite(batch))
            {
                batch.Clear();
                continue;
            }
            batch.ForEach(Refuse);
            batch.RemoveAll(line => line.Done is not null);
            if (batch.Count > 0 && lines.Reader.Completion.IsCompleted)
                return; // the next start settles them as estimated
            await Task.Delay(BeforeRetry, clock);
        }
    }

    private async Task<bool> TryWrite(List<Line> batch)
    {
        var (entries, bytes) = ToLines(batch);
        try
        {
            if (entries.Count > 0)
                await file!.Append(entries[0].Seq, bytes);
        }
        catch (Exception e) // whatever it is: a writer that ends lets every later call wait for ever
        {
            CannotWrite(log, Folder.Path, e);
            return false;
        }
        seq += entries.Count;
        Interlocked.Exchange(ref written, seq);
        foreach (var entry in entries)
        {
            if (entry.Open is { } begun)
                open[begun.RequestId] = entry.Seq;
            if (entry.Settled is { } ended)
                Close(ended.RequestId, entry.Seq);
        }
        foreach (var line in batch)
            line.Done?.SetResult(null);
        return true;
    }

    /// <summary>What the batch says, as it goes to the disk. A record that does not go into a line is taken out of it, so that the others can;
    /// a call whose end is lost like that is settled as estimated by the next start.</summary>
    private (List<JournalEntry> Entries, List<byte[]> Bytes) ToLines(List<Line> batch)
    {
        var (entries, bytes) = (new List<JournalEntry>(), new List<byte[]>());
        foreach (var line in batch.Where(line => line.HasEntry).ToArray())
        {
            var entry = new JournalEntry(seq + 1 + entries.Count, line.Open, line.Settled, line.Feedback);
            try
            {
                bytes.Add(entry.ToLine());
                entries.Add(entry);
            }
            catch (Exception e)
            {
                Unrecordable(log, line.RequestId, e);
                Refuse(line);
                batch.Remove(line);
            }
        }
        return (entries, bytes);
    }

    private void Refuse(Line line)
    {
        if (line.Open is { } refused)
            known.TryRemove(refused.RequestId, out _);
        line.Done?.SetResult(Unwritable);
    }

    private void Close(string requestId, long at)
    {
        settled.Enqueue((at, requestId));
        while (settled.Count > MostRemembered && settled.TryDequeue(out var oldest))
            Forget(oldest.RequestId);
    }

    private void Forget(string requestId)
    {
        known.TryRemove(requestId, out _);
        open.TryRemove(requestId, out _);
    }

    private async Task<Refusal?> Put(Line line)
    {
        if (!lines.Writer.TryWrite(line))
            return Unwritable;
        return line.Done is null ? null : await line.Done.Task;
    }

    private static TaskCompletionSource<Refusal?> Done() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="Done">Null for what must be written whatever it takes.</param>
    private sealed record Line(InferenceRecord? Open, InferenceRecord? Settled, FeedbackRecord? Feedback, TaskCompletionSource<Refusal?>? Done)
    {
        /// <summary>False for one that only waits for those before it.</summary>
        public bool HasEntry => RequestId is not null;

        public string? RequestId => (Open ?? Settled)?.RequestId ?? Feedback?.RequestId;
    }

    [LoggerMessage(LogLevel.Warning, "The journal file {File} ended in the middle of a line: {Bytes} bytes were cut.")]
    private static partial void Torn(ILogger log, string file, long bytes);

    [LoggerMessage(LogLevel.Error, "The journal file {File} has a damaged line before byte {Offset}; it is skipped.")]
    private static partial void Damaged(ILogger log, string file, long offset);

    [LoggerMessage(LogLevel.Error, "The journal in {Folder} cannot be written: new calls are refused.")]
    private static partial void CannotWrite(ILogger log, string folder, Exception e);

    [LoggerMessage(LogLevel.Error, "The record of {RequestId} goes into no line of the journal and is refused.")]
    private static partial void Unrecordable(ILogger log, string? requestId, Exception e);
}
