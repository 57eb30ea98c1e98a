using System.Collections.Concurrent;
using LlmOps.Retrieval;

namespace LlmOps.Indexes;

/// <summary>A version ready to answer from memory.</summary>
/// <param name="Bytes">Of its segment file: about what it holds in memory, halved.</param>
public sealed record LoadedIndex(IndexVersion Version, Embedder Embedder, SegmentLayers Layers, long Bytes)
{
    public IndexAnswer Answer(string text, int k)
    {
        var hits = Layers.Search(text, Embedder.Embed([text])[0], k, Version.Weight);
        return new(Version.Id, TailPosition: 0, [.. hits.Select(hit => new IndexHit(hit.Document, hit.Start, hit.End, hit.Score, hit.Text))]);
    }
}

/// <summary>The versions in memory, the least recently asked leaving first. A query of a loaded one touches neither database nor disk.</summary>
public sealed partial class LoadedIndexes(IndexVersionStore versions, SegmentFiles files, IndexBuild build, Embedders embedders, ILogger<LoadedIndexes> log) : IDisposable
{
    /// <summary>Segment files in memory, together; one always stays, however large.</summary>
    private const long MostBytes = 256L * 1024 * 1024;

    private readonly ConcurrentDictionary<string, Use> loaded = new();
    private readonly SemaphoreSlim loading = new(1); // many first queries load once
    private long uses;

    public async ValueTask<Result<LoadedIndex>> Get(string id, Caller caller, CancellationToken ct)
    {
        if (loaded.TryGetValue(id, out var use))
            return caller.Covers(use.Index.Version.App) ? Touched(use) : IndexVersionStore.Missing(id);

        var version = await versions.Find(id, ct);
        if (version.Refused)
            return version.Refusal;
        if (!caller.Covers(version.Value.App))
            return IndexVersionStore.Missing(id);
        if (version.Value.State != IndexState.Ready)
            return Refusal.Conflict("index-not-ready", $"{id} is {(version.Value.Error is { } error ? $"failed: {error}" : "still being built")}. Ask GET /index-versions/{id} until it is ready.");

        await loading.WaitAsync(ct);
        try
        {
            return loaded.TryGetValue(id, out use) ? Touched(use) : await Load(version.Value, ct);
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>Which versions leave so that the rest fits: the least recently used, and never the newest.</summary>
    public static IReadOnlyList<string> Leaving(IEnumerable<(string Id, long Bytes, long LastUse)> loaded, long most)
    {
        var total = 0L;
        return [.. loaded.OrderByDescending(index => index.LastUse).SkipWhile((index, i) => (total += index.Bytes) <= most || i == 0).Select(index => index.Id)];
    }

    public void Dispose() => loading.Dispose();

    private LoadedIndex Touched(Use use)
    {
        use.Last = Interlocked.Increment(ref uses);
        return use.Index;
    }

    private async Task<Result<LoadedIndex>> Load(IndexVersion version, CancellationToken ct)
    {
        var embedder = embedders.Of(version);
        if (embedder.Refused)
            return embedder.Refusal;
        var segment = await files.Read(version.Id, version.SegmentSha256!, ct);
        if (segment.Refused)
        {
            BuildAgain(log, version.Id, segment.Refusal.Detail);
            segment = await build.Again(version, ct);
            if (segment.Refused)
                return segment.Refusal;
            await versions.Rebuilt(version.Id, await files.Write(version.Id, segment.Value, ct), ct);
        }

        var index = new LoadedIndex(version, embedder.Value, new SegmentLayers([segment.Value]), new FileInfo(files.PathOf(version.Id)).Length);
        var use = loaded[version.Id] = new Use(index);
        Touched(use);
        foreach (var id in Leaving(loaded.Select(held => (held.Key, held.Value.Index.Bytes, held.Value.Last)), MostBytes))
            loaded.TryRemove(id, out _);
        return index;
    }

    [LoggerMessage(LogLevel.Warning, "Building the segment of {Version} again: {Why}")]
    private static partial void BuildAgain(ILogger log, string version, string why);

    private sealed class Use(LoadedIndex index)
    {
        public LoadedIndex Index => index;
        public long Last { get; set; }
    }
}
