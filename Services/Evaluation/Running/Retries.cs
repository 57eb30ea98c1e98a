using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LlmOps.Inference;

namespace LlmOps.Evaluation;

/// <summary>How often and when a refused call is made again.</summary>
/// <param name="MostAttempts">Of one case, the first included.</param>
/// <param name="Time">Of one case: all its attempts and the waits between them end within it.</param>
/// <param name="Budget">Retries of a whole run: a provider that is down is not asked five times for every case.</param>
public sealed record RetryRules(int MostAttempts, TimeSpan Time, int Budget)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan DefaultTime = TimeSpan.FromSeconds(120);

    public static RetryRules For(int cases, TimeSpan? time) => new(5, time ?? DefaultTime, Math.Max(20, cases));

    /// <summary>Whether asking again could change anything: a busy, broken or unreachable provider may recover, a wrong key or an empty account does not.</summary>
    public static bool Again(Refusal refusal) => refusal switch
    {
        { Kind: not (RefusalKind.Exhausted or RefusalKind.Upstream) } or { Code: "insufficient_quota" } => false,
        UpstreamRefusal { Status: >= 400 and < 500 and not (408 or 409 or 425 or 429) } => false,
        _ => true,
    };

    /// <summary>What the provider asks for; else twice as long every time, spread by the case so that not all come back at once.</summary>
    /// <param name="attempt">The one that was refused, from 1.</param>
    public static TimeSpan Wait(Refusal refusal, int attempt, string @case)
    {
        if (Asked(refusal) is { } asked)
            return asked;
        var spread = BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{@case}/{attempt}"))) / (double)uint.MaxValue;
        var wait = Math.Min(First.TotalMilliseconds * Math.Pow(2, attempt - 1), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(wait * (0.5 + spread / 2));
    }

    /// <summary>Null where the provider did not say.</summary>
    public static TimeSpan? Asked(Refusal refusal) => refusal switch
    {
        UpstreamRefusal upstream => upstream.RetryAfter,
        BusyRefusal busy => busy.RetryAfter,
        _ => null,
    };
}
