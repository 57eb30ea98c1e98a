using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>Patterns of ECMA-262 in its Unicode mode, as JSON Schema writes them (draft 2020-12, 6.4), translated for the engine that runs in linear time:
/// \d and \w are ASCII, $ is the end alone, and a character beyond U+FFFF is one character.</summary>
internal static class EcmaPattern
{
    private const string Space = @"\t-\r \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF";
    private const string NotSpace = @"\0-\x08\x0E-\x1F!-\u009F\u00A1-\u167F\u1681-\u1FFF\u200B-\u2027\u202A-\u202E\u2030-\u205E\u2060-\u2FFF\u3001-\uFEFE\uFF00-\uFFFF";
    private const string NotDigit = @"\0-/:-\uFFFF";
    private const string NotWord = @"\0-/:-@\[-\^`\{-\uFFFF";
    private const string Pair = @"[\uD800-\uDBFF][\uDC00-\uDFFF]";

    private static readonly Dictionary<string, string> Categories = new()
    {
        ["Letter"] = "L", ["Lowercase_Letter"] = "Ll", ["Uppercase_Letter"] = "Lu", ["Titlecase_Letter"] = "Lt", ["Modifier_Letter"] = "Lm", ["Other_Letter"] = "Lo",
        ["Alphabetic"] = "L", ["Mark"] = "M", ["Number"] = "N", ["Decimal_Number"] = "Nd", ["digit"] = "Nd", ["Punctuation"] = "P", ["punct"] = "P", ["Symbol"] = "S",
        ["Currency_Symbol"] = "Sc", ["Separator"] = "Z", ["Space_Separator"] = "Zs", ["Control"] = "Cc", ["Other"] = "C",
    };

    /// <summary>Null for what is no pattern, or cannot run in linear time.</summary>
    internal static Regex? Parse(string pattern)
    {
        try
        {
            return new Regex(new Translation(pattern).Whole(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or FormatException)
        {
            return null;
        }
    }

    private sealed class Translation(string pattern)
    {
        private readonly StringBuilder regex = new();
        private int at;

        internal string Whole()
        {
            while (at < pattern.Length)
            {
                var point = Next();
                switch (point)
                {
                    case '\\': Escape(); break;
                    case '[': Class(); break;
                    case '.': regex.Append($@"(?:{Pair}|[^\n\r\u2028\u2029\uD800-\uDFFF])"); break;
                    case '$': regex.Append(@"\z"); break;
                    case '(' when Peek("?") && !Peek("?:") && !Peek("?<"): throw new FormatException("only plain, named and uncaptured groups");
                    case > char.MaxValue: regex.Append($"(?:{Literal(point)})"); break;
                    case ' ' or '#': regex.Append((char)point); break;
                    default: regex.Append(char.ConvertFromUtf32(point)); break;
                }
            }
            return regex.ToString();
        }

        private void Escape()
        {
            switch (pattern[at])
            {
                case 'd': at++; regex.Append("[0-9]"); break;
                case 'D': at++; Negated("0-9"); break;
                case 'w': at++; regex.Append("[A-Za-z0-9_]"); break;
                case 'W': at++; Negated("A-Za-z0-9_"); break;
                case 's': at++; regex.Append($"[{Space}]"); break;
                case 'S': at++; Negated(Space); break;
                case 'p': at++; regex.Append($@"\p{Category()}"); break;
                case 'P': at++; Negated($@"\p{Category()}"); break;
                case 'b' or 'B': Boundary(pattern[at++]); break;
                default:
                    var point = EscapedPoint();
                    regex.Append(point > char.MaxValue ? $"(?:{Literal(point)})" : Literal(point));
                    break;
            }
        }

        /// <summary>The engine's \b knows every letter and has no ASCII form in linear time; on ASCII text they are the same.</summary>
        private void Boundary(char kind) => regex.Append('\\').Append(kind);

        private void Negated(string members) => regex.Append($@"(?:{Pair}|[^{members}\uD800-\uDFFF])");

        private void Class()
        {
            var negated = Peek("^");
            if (negated)
                at++;
            var (members, pairs) = (new StringBuilder(), new List<string>());
            while (at >= pattern.Length || pattern[at] != ']')
            {
                if (at >= pattern.Length)
                    throw new FormatException("a class without its end");
                if (Set() is { } set)
                {
                    members.Append(set);
                    continue;
                }
                var from = Member();
                var to = from;
                if (Peek("-") && !Peek("-]") && at + 1 < pattern.Length)
                {
                    at++;
                    if (Set() is { } after)
                        throw new FormatException($"a range that ends in {after}");
                    to = Member();
                }
                if (to < from)
                    throw new FormatException("a range from the greater to the smaller");
                if (from <= char.MaxValue)
                    members.Append(Literal(from)).Append('-').Append(Literal(Math.Min(to, char.MaxValue)));
                if (to > char.MaxValue)
                    Pairs(Math.Max(from, char.MaxValue + 1), to, pairs);
            }
            at++;
            if (negated)
            {
                if (pairs.Count > 0)
                    throw new FormatException("a class without some characters beyond U+FFFF has no form in linear time");
                Negated(members.ToString());
            }
            else if (members.Length == 0 && pairs.Count == 0)
            {
                regex.Append(@"[^\0-\uFFFF]"); // the empty class, which nothing matches
            }
            else
            {
                regex.Append("(?:").AppendJoin('|', members.Length > 0 ? pairs.Append($"[{members}]") : pairs).Append(')');
            }
        }

        /// <summary>The members of \d and its like inside a class; null where a single character stands.</summary>
        private string? Set()
        {
            if (!Peek("\\") || at + 1 >= pattern.Length)
                return null;
            var members = pattern[at + 1] switch { 'd' => "0-9", 'D' => NotDigit, 'w' => "A-Za-z0-9_", 'W' => NotWord, 's' => Space, 'S' => NotSpace, _ => null };
            if (members is not null)
            {
                at += 2;
                return members;
            }
            var kind = pattern[at + 1];
            if (kind is not ('p' or 'P'))
                return null;
            at += 2;
            return $@"\{kind}{Category()}";
        }

        private int Member()
        {
            var point = Next();
            if (point != '\\')
                return point;
            if (!Peek("b"))
                return EscapedPoint();
            at++;
            return '\b';
        }

        /// <summary>\n, \x41, \u0041, \u{1F600}, \cA, or a sign made plain.</summary>
        private int EscapedPoint()
        {
            var letter = (char)Next();
            switch (letter)
            {
                case 't': return '\t';
                case 'n': return '\n';
                case 'r': return '\r';
                case 'v': return '\v';
                case 'f': return '\f';
                case '0' when at >= pattern.Length || !char.IsAsciiDigit(pattern[at]): return 0;
                case 'c' when at < pattern.Length && char.IsAsciiLetter(pattern[at]): return pattern[at++] % 32;
                case 'x': return Hex(2);
                case 'u' when Peek("{"): return Braced();
                case 'u':
                    var unit = Hex(4);
                    if (!char.IsHighSurrogate((char)unit) || !Peek("\\u"))
                        return unit;
                    at += 2;
                    return char.ConvertToUtf32((char)unit, (char)Hex(4));
                default:
                    return char.IsAsciiLetterOrDigit(letter) ? throw new FormatException($@"\{letter} is no escape") : letter;
            }
        }

        private string Category()
        {
            var end = pattern.IndexOf('}', at);
            if (!Peek("{") || end < 0)
                throw new FormatException("a category without braces");
            var name = pattern[(at + 1)..end];
            at = end + 1;
            name = name.StartsWith("General_Category=", StringComparison.Ordinal) ? name["General_Category=".Length..] : name.StartsWith("gc=", StringComparison.Ordinal) ? name[3..] : name;
            return $"{{{Categories.GetValueOrDefault(name, name)}}}";
        }

        private int Braced()
        {
            var end = pattern.IndexOf('}', at);
            var point = end > at + 1 && end - at <= 7 ? int.Parse(pattern.AsSpan(at + 1, end - at - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : -1;
            at = end + 1;
            return point is >= 0 and <= 0x10FFFF ? point : throw new FormatException("no code point");
        }

        private int Hex(int digits)
        {
            if (at + digits > pattern.Length)
                throw new FormatException("an escape cut short");
            at += digits;
            return int.Parse(pattern.AsSpan(at - digits, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        private int Next()
        {
            if (at >= pattern.Length)
                throw new FormatException("a pattern cut short");
            var point = char.IsSurrogatePair(pattern, at) ? char.ConvertToUtf32(pattern, at) : pattern[at];
            at += point > char.MaxValue ? 2 : 1;
            return point;
        }

        private bool Peek(string text) => string.CompareOrdinal(pattern, at, text, 0, text.Length) == 0;

        /// <summary>A range beyond U+FFFF as ranges of surrogate pairs.</summary>
        private static void Pairs(int from, int to, List<string> pairs)
        {
            var (first, last) = (char.ConvertFromUtf32(from), char.ConvertFromUtf32(to));
            if (first[0] == last[0])
            {
                pairs.Add($"{Unit(first[0])}[{Unit(first[1])}-{Unit(last[1])}]");
                return;
            }
            pairs.Add($@"{Unit(first[0])}[{Unit(first[1])}-\uDFFF]");
            if (last[0] - first[0] > 1)
                pairs.Add($@"[{Unit((char)(first[0] + 1))}-{Unit((char)(last[0] - 1))}][\uDC00-\uDFFF]");
            pairs.Add($@"{Unit(last[0])}[\uDC00-{Unit(last[1])}]");
        }

        private static string Literal(int point) => point > char.MaxValue || char.IsSurrogate((char)point)
            ? string.Concat((point > char.MaxValue ? char.ConvertFromUtf32(point) : ((char)point).ToString()).Select(Unit))
            : Unit((char)point);

        private static string Unit(char unit) => $@"\u{(int)unit:X4}";
    }
}
