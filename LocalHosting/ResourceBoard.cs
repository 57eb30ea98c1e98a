using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;

namespace LlmOps.LocalHosting;

/// <summary>The state and the last output of every resource; whoever watches sees the present first, then each change.</summary>
internal sealed class ResourceBoard(IReadOnlyList<IResource> resources)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ResourceState> states = resources.ToDictionary(
        resource => resource.Name, resource => new ResourceState(resource, Phase.Waiting), StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, RecentLines> output = resources.ToDictionary(
        resource => resource.Name, _ => new RecentLines(), StringComparer.OrdinalIgnoreCase);
    private readonly List<Channel<ResourceState>> watchers = [];

    /// <exception cref="KeyNotFoundException">No resource has that name.</exception>
    public ResourceState Of(string name)
    {
        lock (gate)
            return states[name];
    }

    public IReadOnlyList<ResourceState> All()
    {
        lock (gate)
            return [.. states.Values];
    }

    public RecentLines? OutputOf(string name) => output.GetValueOrDefault(name);

    public void Change(IResource resource, Func<ResourceState, ResourceState> change)
    {
        lock (gate)
        {
            var before = states[resource.Name];
            var after = change(before);
            if (after == before)
                return;
            states[resource.Name] = after;
            foreach (var watcher in watchers)
                watcher.Writer.TryWrite(after);
        }
    }

    public async IAsyncEnumerable<ResourceState> Watch([EnumeratorCancellation] CancellationToken ct)
    {
        var watcher = Channel.CreateUnbounded<ResourceState>();
        lock (gate)
        {
            foreach (var state in states.Values)
                watcher.Writer.TryWrite(state);
            watchers.Add(watcher);
        }
        try
        {
            await foreach (var state in watcher.Reader.ReadAllAsync(ct))
                yield return state;
        }
        finally
        {
            lock (gate)
                watchers.Remove(watcher);
        }
    }

    /// <summary>Whether somebody waits for its end: then an end with exit code 0 is success and no crash.</summary>
    public bool IsAwaitedToEnd(IResource resource) => resources.SelectMany(other => other.Annotations.OfType<WaitAnnotation>())
        .Any(wait => wait.Resource == resource && wait.WaitType == WaitType.WaitForCompletion);

    public async Task When(string name, Func<ResourceState, bool> condition, CancellationToken ct)
    {
        _ = Of(name); // an unknown name would wait for ever
        await foreach (var state in Watch(ct))
        {
            if (string.Equals(state.Name, name, StringComparison.OrdinalIgnoreCase) && condition(state))
                return;
        }
    }
}
