using System.Text.Json.Nodes;

namespace LlmOps.Gateway;

/// <summary>Routes as OpenAI's clients list models: only what the key may call.</summary>
internal static class ModelsEndpoints
{
    public static IResult List(HttpContext context, Serving serving)
    {
        var caller = context.Caller();
        var routes = serving.State is { } state ? state.Routes.Values.Where(route => caller.Covers(route.App)).OrderBy(route => route.Route, StringComparer.Ordinal).Select(route => View(route, state)) : [];
        return TypedResults.Ok(new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. routes]) });
    }

    public static IResult Find(string id, HttpContext context, Serving serving)
    {
        if (serving.State is not { } state)
            return new OpenAiError(Refusal.Upstream(Calls.NotReadyCode, "The gateway has no snapshot of routes yet. Try again in a moment."));
        var route = state.Route(id, context.Caller());
        return route.Refused ? new OpenAiError(route.Refusal) : TypedResults.Ok(View(route.Value, state));
    }

    private static JsonObject View(RouteEntry route, ServingState state) =>
        new JsonObject { ["id"] = route.Route, ["object"] = "model", ["created"] = state.At.ToUnixTimeSeconds(), ["owned_by"] = route.App };
}
