using System.Globalization;

namespace LlmOps.Prompting;

/// <summary>Characters that a screen does not show and a model reads: bidirectional controls, zero-width and tag characters.</summary>
public static class HiddenCharacter
{
    public static bool Is(char c) => c switch
    {
        '\t' or '\n' or '\r' => false,
        '\u00AD' or '\u034F' or '\u115F' or '\u1160' or '\u17B4' or '\u17B5' or '\u3164' or '\uFFA0' => true,
        '\uDB40' => true, // the high surrogate of U+E0000 to U+E01EF: tags and variation selectors
        '\u200D' => false, // joins emoji and Indic letters
        _ => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format,
    };

    /// <summary>For example U+202E.</summary>
    public static string Name(char c) => string.Create(CultureInfo.InvariantCulture, $"U+{(int)c:X4}");
}
