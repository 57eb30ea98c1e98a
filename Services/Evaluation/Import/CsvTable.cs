using System.Text;

namespace LlmOps.Evaluation;

/// <summary>Comma-separated values as RFC 4180 has them: quotes around a cell, doubled inside, line breaks allowed there.</summary>
/// <param name="Rows">Cells by column, with the line on which the row begins.</param>
internal sealed record CsvTable(IReadOnlyList<string> Columns, IReadOnlyList<(int Line, IReadOnlyList<string> Cells)> Rows)
{
    internal static Result<CsvTable> Parse(string text, string file)
    {
        var records = new List<(int Line, IReadOnlyList<string> Cells)>();
        var (cells, cell, quoted, wasQuoted, line, start) = (new List<string>(), new StringBuilder(), false, false, 1, 1);
        for (var i = text.StartsWith('\uFEFF') ? 1 : 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n')
                line++;
            if (quoted)
            {
                if (c != '"')
                    cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    cell.Append(text[++i]);
                else
                    quoted = false;
            }
            else if (c == '"' && cell.Length == 0 && !wasQuoted)
            {
                (quoted, wasQuoted) = (true, true);
            }
            else if (c == ',')
            {
                End();
            }
            else if (c == '\n')
            {
                Close();
                start = line;
            }
            else if (c != '\r')
            {
                cell.Append(c);
            }
        }
        if (quoted)
            return Refusal.Invalid("bad-csv", $"{file}:{start}: a quote is opened and never closed. Close it, or double the quotes inside the cell.");
        Close();
        if (records.Count == 0)
            return Refusal.Invalid("bad-csv", $"{file} holds no table. Write the names of its columns in the first line.");
        var columns = records[0].Cells;
        return records.Skip(1).FirstOrDefault(record => record.Cells.Count > columns.Count) is { Cells: not null } broken
            ? Refusal.Invalid("bad-csv", $"{file}:{broken.Line}: the row has {broken.Cells.Count} cells for {columns.Count} columns. Put quotes around a cell that holds a comma.")
            : new CsvTable(columns, records[1..]);

        void End()
        {
            cells.Add(cell.ToString());
            cell.Clear();
            wasQuoted = false;
        }

        void Close()
        {
            End();
            if (cells.Count > 1 || cells[0].Length > 0)
                records.Add((start, cells));
            cells = [];
        }
    }
}
