using System.Text.RegularExpressions;

namespace LlmOps.Indexes;

/// <summary>The one form that names of apps and indexes have: safe in a path, a URL and a file system, and without look-alikes of other scripts.</summary>
public static partial class Slug
{
    private static readonly HashSet<string> Devices =
        ["con", "prn", "aux", "nul", .. Enumerable.Range(1, 9).SelectMany(i => new[] { $"com{i}", $"lpt{i}" })]; // names that Windows keeps for itself

    public static Refusal? Refuse(string noun, string name) => Form().IsMatch(name) && !Devices.Contains(name) ? null : Refusal.Invalid("name-not-safe",
        $"\"{(name.Length > 60 ? name[..60] + "…" : name)}\" cannot be the name of {noun}. Use 1 to 63 of a-z, 0-9, - and _, a letter or digit first, as handbook.");

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
