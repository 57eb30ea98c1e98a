using System.Collections.Frozen;

namespace LlmOps.Gateway;

/// <summary>Everything one request is decided by, read from one snapshot. Never changed: the next snapshot makes the next state.</summary>
public sealed record ServingState(long Revision, DateTimeOffset At, FrozenDictionary<string, RouteEntry> Routes, FrozenDictionary<string, Result<ServedBundle>> Bundles)
{
    private const string Production = "@production";

    /// <summary>Reads the bundles that <paramref name="before"/> does not hold already: the same id is the same content.</summary>
    public static ServingState Of(RouteSnapshot snapshot, ServingState? before) => new(
        snapshot.Revision, snapshot.At,
        snapshot.Routes.ToFrozenDictionary(route => route.Route),
        snapshot.Bundles.ToFrozenDictionary(bundle => bundle.Id, bundle => before?.Bundles.GetValueOrDefault(bundle.Id) ?? ServedBundle.Read(bundle)));

    /// <param name="model">The route's name; <c>@production</c> may stand behind it and says nothing.</param>
    public Result<RouteEntry> Route(string model, Caller caller) =>
        Routes.GetValueOrDefault(model.EndsWith(Production, StringComparison.Ordinal) ? model[..^Production.Length] : model) is { } route && caller.Covers(route.App)
            ? route
            : Refusal.NotFound("model-not-found", $"There is no route \"{model}\", or this key does not cover its app. GET /v1/models lists what it may call.");

    public Result<ServedBundle> Bundle(string id) => Bundles.GetValueOrDefault(id)
        ?? Refusal.Upstream("bundle-missing", $"The snapshot {Revision} names the bundle {id} and does not hold it. Releases must publish a whole one.");
}
