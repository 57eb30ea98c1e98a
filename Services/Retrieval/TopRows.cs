namespace LlmOps.Retrieval;

/// <summary>Keeps the rows with the best scores; of equal ones the first rows.</summary>
internal sealed class TopRows(int most)
{
    private readonly PriorityQueue<int, (double Score, int Row)> best = new(most + 1);

    public IEnumerable<int> Rows => best.UnorderedItems.Select(item => item.Element);

    public void Offer(int row, double score)
    {
        if (best.Count < most)
            best.Enqueue(row, (score, -row));
        else if (best.TryPeek(out _, out var worst) && score > worst.Score)
            best.DequeueEnqueue(row, (score, -row));
    }
}
