using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace LlmOps.Prompting;

/// <summary>A version by semver.org 2.0.0, without build metadata: a prompt has no builds.</summary>
[JsonConverter(typeof(AsText))]
public sealed partial record SemanticVersion(int Major, int Minor, int Patch, string? PreRelease = null) : IComparable<SemanticVersion>
{
    private const int MaxLength = 64;

    public static bool TryParse(string text, [NotNullWhen(true)] out SemanticVersion? version)
    {
        var match = Form().Match(text.Length <= MaxLength ? text : "");
        version = match.Success
            && int.TryParse(match.Groups["major"].ValueSpan, out var major)
            && int.TryParse(match.Groups["minor"].ValueSpan, out var minor)
            && int.TryParse(match.Groups["patch"].ValueSpan, out var patch)
            ? new SemanticVersion(major, minor, patch, match.Groups["pre"] is { Success: true, Value: var pre } ? pre : null)
            : null;
        return version is not null;
    }

    public override string ToString() => PreRelease is null ? $"{Major}.{Minor}.{Patch}" : $"{Major}.{Minor}.{Patch}-{PreRelease}";

    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
            return 1;
        var core = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return core != 0 ? core : (PreRelease, other.PreRelease) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            var (mine, theirs) => ComparePreRelease(mine.Split('.'), theirs.Split('.')),
        };
    }

    public static bool operator <(SemanticVersion a, SemanticVersion b) => a.CompareTo(b) < 0;
    public static bool operator >(SemanticVersion a, SemanticVersion b) => a.CompareTo(b) > 0;
    public static bool operator <=(SemanticVersion a, SemanticVersion b) => a.CompareTo(b) <= 0;
    public static bool operator >=(SemanticVersion a, SemanticVersion b) => a.CompareTo(b) >= 0;

    private static int ComparePreRelease(string[] mine, string[] theirs)
    {
        foreach (var (a, b) in mine.Zip(theirs))
        {
            var order = (long.TryParse(a, out var x), long.TryParse(b, out var y)) switch
            {
                (true, true) => x.CompareTo(y),
                (true, false) => -1, // numbers sort below words
                (false, true) => 1,
                _ => string.CompareOrdinal(a, b),
            };
            if (order != 0)
                return order;
        }
        return mine.Length.CompareTo(theirs.Length);
    }

    [GeneratedRegex(@"^(?<major>0|[1-9]\d*)\.(?<minor>0|[1-9]\d*)\.(?<patch>0|[1-9]\d*)(-(?<pre>(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    private sealed class AsText : JsonConverter<SemanticVersion>
    {
        public override SemanticVersion Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString() ?? "", out var version) ? version : throw new JsonException("not a semantic version");

        public override void Write(Utf8JsonWriter writer, SemanticVersion value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
