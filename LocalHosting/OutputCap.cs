using System.Runtime.CompilerServices;
using System.Text;

namespace LlmOps.LocalHosting;

/// <summary>Bounds what a process can make the host print: the length of a line, and the lines of a second.</summary>
internal sealed class OutputCap(int linesPerSecond = 200)
{
    public const int LineLength = 4000;

    private long second;
    private int printed;
    private int dropped;

    /// <summary>What to print for one more line at that time: nothing, the line, or the line after a word about those left out.</summary>
    public IEnumerable<string> Admit(string line, DateTimeOffset now)
    {
        var left = 0;
        if (now.ToUnixTimeSeconds() != second)
            (second, printed, left, dropped) = (now.ToUnixTimeSeconds(), 0, dropped, 0);
        if (left > 0)
            yield return $"… {left} lines left out, more than {linesPerSecond} in a second";
        if (printed++ < linesPerSecond)
            yield return line;
        else
            dropped++;
    }

    /// <summary>The lines of a stream, each cut at <see cref="LineLength"/> characters; the rest of a longer one is never held in memory.</summary>
    public static async IAsyncEnumerable<string> Lines(TextReader reader, [EnumeratorCancellation] CancellationToken ct)
    {
        var buffer = new char[4096];
        var line = new StringBuilder();
        int read;
        while ((read = await reader.ReadAsync(buffer, ct)) > 0)
        {
            for (var i = 0; i < read; i++)
            {
                if (buffer[i] == '\n')
                {
                    yield return line.ToString().TrimEnd('\r');
                    line.Clear();
                }
                else if (line.Length < LineLength)
                    line.Append(buffer[i]);
                else if (line.Length == LineLength)
                    line.Append('…');
            }
        }
        if (line.Length > 0)
            yield return line.ToString();
    }
}
