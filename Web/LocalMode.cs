using System.Net;

namespace LlmOps.Web;

/// <summary>The console of a local start: a person picks a role instead of pasting a key, from this machine alone.</summary>
public sealed class LocalMode(bool keysAreSeeded, InstallationSecret secret)
{
    public static IReadOnlyList<Role> Roles { get; } = [.. Enum.GetValues<Role>().Where(role => role != Role.Service)];

    private static readonly PathString[] Sessionless = ["/api", "/health", "/alive"];

    /// <summary>True for a browser on this machine that asked by a local name.</summary>
    public bool Serves(HttpContext context) =>
        keysAreSeeded && IsLocal(context.Request.Host) && (context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address));

    public string KeyOf(Role role) => ApiKey.Local(role, secret).Reveal();

    /// <summary>A foreign name that resolves to this machine (DNS rebinding) gets no page of a console that signs people in by a click.
    /// The API and the probes stay open to any name: they know no session, only a key in a header.</summary>
    public Task Guard(HttpContext context, RequestDelegate next) =>
        keysAreSeeded && !IsLocal(context.Request.Host) && !Sessionless.Any(path => context.Request.Path.StartsWithSegments(path))
            ? Refusal.Forbidden("host-not-local", "This console runs in local mode and answers to localhost alone. Open it as http://localhost, or start it with Access__LocalKeys=false and sign in by key.").ToProblem().ExecuteAsync(context)
            : next(context);

    private static bool IsLocal(HostString host) =>
        host.Host is "localhost" || host.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);
}
