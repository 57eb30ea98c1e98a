using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>The formats that can be asserted (draft 2020-12, section 7.3). An unknown one stays an annotation.</summary>
internal static partial class Formats
{
    private static readonly Dictionary<string, Func<string, bool>> Known = new()
    {
        ["date"] = Date,
        ["time"] = Time,
        ["date-time"] = text => DateAndTime().Match(text) is { Success: true } parts && Date(parts.Groups["date"].Value) && Time(parts.Groups["time"].Value),
        ["email"] = text => Email().IsMatch(text) && (!text.EndsWith(']') || AddressLiteral(text[(text.LastIndexOf('[') + 1)..^1])),
        ["uuid"] = text => Uuid().IsMatch(text),
        ["uri"] = text => UriText().IsMatch(text) && !BadPercent().IsMatch(text),
        ["ipv4"] = text => Ipv4().IsMatch(text),
        ["ipv6"] = Ipv6,
        ["hostname"] = text => text.Length <= 253 && Hostname().IsMatch(text),
        ["json-pointer"] = text => JsonPointer().IsMatch(text),
        ["regex"] = text => EcmaPattern.Parse(text) is not null,
    };

    internal static Func<string, bool>? Find(string format) => Known.GetValueOrDefault(format);

    /// <summary>RFC 3339: full-date.</summary>
    private static bool Date(string text) => FullDate().IsMatch(text) && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>RFC 3339: full-time. A leap second is one only at the end of a day of UTC.</summary>
    private static bool Time(string text)
    {
        if (FullTime().Match(text) is not { Success: true } parts)
            return false;
        int Part(string name) => parts.Groups[name].Success ? int.Parse(parts.Groups[name].ValueSpan, CultureInfo.InvariantCulture) : 0;
        var (hour, minute, second, offsetHour, offsetMinute) = (Part("h"), Part("m"), Part("s"), Part("oh"), Part("om"));
        if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59)
            return false;
        var offset = (offsetHour * 60 + offsetMinute) * (parts.Groups["sign"].Value == "-" ? -1 : 1);
        return second < 60 || ((hour * 60 + minute - offset) % 1440 + 1440) % 1440 == 1439;
    }

    private static bool AddressLiteral(string text) => text.StartsWith("IPv6:", StringComparison.Ordinal) ? Ipv6(text[5..]) : Ipv4().IsMatch(text);

    private static bool Ipv6(string text) => Ipv6Letters().IsMatch(text) && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
        && (!text.Contains('.', StringComparison.Ordinal) || Ipv4().IsMatch(text[(text.LastIndexOf(':') + 1)..]));

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z")]
    private static partial Regex FullDate();

    [GeneratedRegex(@"^(?<h>[0-9]{2}):(?<m>[0-9]{2}):(?<s>[0-9]{2})(\.[0-9]+)?([zZ]|(?<sign>[+-])(?<oh>[0-9]{2}):(?<om>[0-9]{2}))\z", RegexOptions.ExplicitCapture)]
    private static partial Regex FullTime();

    [GeneratedRegex(@"^(?<date>[^tT]{10})[tT](?<time>.{1,60})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex DateAndTime();

    [GeneratedRegex(@"^([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*|""[^""\\\r\n]{1,62}"")@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*|\[[0-9A-Fa-f:.IPv]+\])\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Email();

    [GeneratedRegex(@"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\z")]
    private static partial Regex Uuid();

    /// <summary>RFC 3986: a scheme, and only the characters that a URI may hold.</summary>
    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.-]*:(//([A-Za-z0-9._~!$&'()*+,;=:%-]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(:[0-9]*)?(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?|/?([A-Za-z0-9._~!$&'()*+,;=:@%-][A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?)(\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?(#[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex UriText();

    [GeneratedRegex(@"%(?![0-9A-Fa-f]{2})")]
    private static partial Regex BadPercent();

    [GeneratedRegex(@"^(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Ipv4();

    [GeneratedRegex(@"^[0-9A-Fa-f:.]{2,45}\z")]
    private static partial Regex Ipv6Letters();

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Hostname();

    [GeneratedRegex(@"^(/([^~/]|~[01])*)*\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex JsonPointer();
}
