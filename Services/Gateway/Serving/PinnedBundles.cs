using System.Collections.Concurrent;

namespace LlmOps.Gateway;

/// <summary>Bundles that evaluations pin and no route serves: fetched by id, kept because an id's content never changes.</summary>
public sealed class PinnedBundles(ReleasesClient releases)
{
    private const int Most = 64;
    private readonly ConcurrentDictionary<string, ServedBundle> kept = new();
    private readonly ConcurrentQueue<string> order = new();

    public async Task<Result<ServedBundle>> Find(string id, ServingState? state, CancellationToken ct)
    {
        if (state?.Bundles.GetValueOrDefault(id) is { } served)
            return served;
        if (kept.TryGetValue(id, out var found))
            return found;

        var resolved = await releases.Resolved(id, ct);
        if (resolved.Refused)
            return resolved.Refusal;
        if (resolved.Value.Id != id)
            return Refusal.Upstream("bundle-broken", $"Asked for the bundle {id}, Releases answered {resolved.Value.Id}.");
        var read = ServedBundle.Read(resolved.Value);
        if (!read.Refused && kept.TryAdd(id, read.Value))
        {
            order.Enqueue(id);
            while (order.Count > Most && order.TryDequeue(out var oldest))
                kept.TryRemove(oldest, out _);
        }
        return read;
    }
}
