using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LlmOps.Gateway;

/// <summary>Which bundle answers a call, and for which release its outcome is evidence.</summary>
/// <param name="Release">The release on trial on the route, on its stable control arm too; null while none is.</param>
/// <param name="Step">The rung of that release's ladder; -1 while it shadows.</param>
/// <param name="Shadow">What gets a copy of the call afterwards.</param>
public sealed record Assignment(string App, string Route, Arm Arm, string? Release, int? Step, string Bundle, ShadowEntry? Shadow)
{
    private const int ShadowStep = -1;

    /// <summary>A unit stays on its arm, and raising the percentage only adds units to the canary.</summary>
    /// <param name="unit">The subject that sticks; null draws.</param>
    /// <param name="draw">0..1, random: decides for a call without a unit.</param>
    public static Result<Assignment> Of(RouteEntry route, string? unit, double draw)
    {
        var canary = route.Killed ? null : route.Canary;
        var shadow = route.Killed ? null : route.Shadow;
        if (canary is not null && InCanary(route, canary, unit, draw))
            return new Assignment(route.App, route.Route, Arm.Canary, canary.Release, canary.Step, canary.Bundle, shadow);
        if (route.Stable is not { } stable)
            return Refusal.NotFound("nothing-live", $"The route \"{route.Route}\" has nothing live yet. Its first release must reach its first step.");
        return new Assignment(
            route.App, route.Route, Arm.Stable, canary?.Release ?? shadow?.Release, canary is not null ? canary.Step : shadow is not null ? ShadowStep : null, stable, shadow);
    }

    /// <summary>0..1, below 1: the first 8 bytes, big-endian, of SHA-256(release 0x00 unit), over 2^64, cut to the 53 bits that a double holds.</summary>
    public static double Position(string release, string unit) =>
        (BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{release}\0{unit}"))) >> 11) / 9007199254740992.0;

    private static bool InCanary(RouteEntry route, CanaryEntry canary, string? unit, double draw)
    {
        var position = unit is not null ? Position(canary.Release, unit) : route.NoUnit == "request" ? draw : 1;
        return position < canary.Percent / 100;
    }
}
