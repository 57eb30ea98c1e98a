using System.Diagnostics.CodeAnalysis;

namespace LlmOps;

/// <summary>The kinds of no. The kind decides the HTTP status; the code says which no it was.</summary>
public enum RefusalKind { Invalid, Unauthorized, Forbidden, NotFound, Conflict, Exhausted, Upstream }

/// <summary>An expected no, returned instead of thrown.</summary>
/// <param name="Kind">What sort of no; decides the HTTP status.</param>
/// <param name="Code">Stable, kebab-case: callers and tests match on it.</param>
/// <param name="Detail">For people: what was wrong, and what would make it right.</param>
public record Refusal(RefusalKind Kind, string Code, string Detail)
{
    public static Refusal Invalid(string code, string detail) => new(RefusalKind.Invalid, code, detail);
    public static Refusal Forbidden(string code, string detail) => new(RefusalKind.Forbidden, code, detail);
    public static Refusal NotFound(string code, string detail) => new(RefusalKind.NotFound, code, detail);
    public static Refusal Conflict(string code, string detail) => new(RefusalKind.Conflict, code, detail);
    public static Refusal Exhausted(string code, string detail) => new(RefusalKind.Exhausted, code, detail);
    public static Refusal Upstream(string code, string detail) => new(RefusalKind.Upstream, code, detail);
}

/// <summary>A no that names when asking again makes sense.</summary>
/// <param name="RetryAfter">From the answer's <c>retry-after</c>.</param>
public sealed record BusyRefusal(RefusalKind Kind, string Code, string Detail, TimeSpan RetryAfter) : Refusal(Kind, Code, Detail);

/// <summary>A value, or the refusal that stands in its place. No Map, no Bind: read it with an <c>if</c>.</summary>
public sealed record Result<T> where T : class
{
    private Result(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    public T? Value { get; }
    public Refusal? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Refusal)), MemberNotNullWhen(false, nameof(Value))]
    public bool Refused => Refusal is not null;

    internal static Result<T> From(T value) => new(value, null);

    public static implicit operator Result<T>(T value) => new(value, null);
    public static implicit operator Result<T>(Refusal refusal) => new(null, refusal);
}

public static class Result
{
    /// <summary>For values of interface type, which the language converts from no operator.</summary>
    public static Result<T> Of<T>(T value) where T : class => Result<T>.From(value);
}
