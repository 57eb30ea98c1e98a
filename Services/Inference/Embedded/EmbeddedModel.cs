using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace LlmOps.Inference;

/// <summary>Puts a pure function from conversation to text on the wire: limits, chunks, usage.</summary>
internal sealed class EmbeddedModel(string name, Func<Conversation, string> answer, TimeProvider clock) : IModel
{
    public Task<Result<JsonObject>> Complete(JsonObject request, CancellationToken ct) => Task.FromResult(Complete(request));

    public async IAsyncEnumerable<JsonObject> Stream(JsonObject request, [EnumeratorCancellation] CancellationToken ct)
    {
        var read = Conversation.Read(request);
        if (read.Refused)
            throw new ModelException(read.Refusal);

        var (pieces, finish) = Write(read.Value);
        yield return Chunk(request, new JsonObject { ["role"] = "assistant", ["content"] = "" }, null);
        foreach (var piece in pieces)
        {
            ct.ThrowIfCancellationRequested();
            yield return Chunk(request, new JsonObject { ["content"] = piece }, null);
        }
        yield return Chunk(request, new JsonObject(), finish);

        var last = Envelope(request, "chat.completion.chunk");
        last["choices"] = new JsonArray();
        last["usage"] = Usage(read.Value, pieces);
        yield return last;
        await Task.CompletedTask;
    }

    private Result<JsonObject> Complete(JsonObject request)
    {
        var read = Conversation.Read(request);
        if (read.Refused)
            return read.Refusal;

        var (pieces, finish) = Write(read.Value);
        var completion = Envelope(request, "chat.completion");
        completion["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = string.Concat(pieces), ["refusal"] = null },
            ["logprobs"] = null,
            ["finish_reason"] = finish,
        });
        completion["usage"] = Usage(read.Value, pieces);
        return completion;
    }

    private (List<string> Pieces, string Finish) Write(Conversation conversation)
    {
        var text = answer(conversation);
        var stop = conversation.Stop.Select(sequence => text.IndexOf(sequence, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(text.Length).Min();
        var pieces = EmbeddedTokens.Split(text[..stop]).ToList();
        return conversation.MaxTokens is { } most && pieces.Count > most ? (pieces[..most], "length") : (pieces, "stop");
    }

    private JsonObject Chunk(JsonObject request, JsonObject delta, string? finish)
    {
        var chunk = Envelope(request, "chat.completion.chunk");
        chunk["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finish });
        chunk["usage"] = null;
        return chunk;
    }

    /// <summary>The id is a hash of the request: the same question gets the same answer under the same id.</summary>
    private JsonObject Envelope(JsonObject request, string kind) => new()
    {
        ["id"] = "chatcmpl-" + ContentHash.OfText(request.ToJsonString())[..24],
        ["object"] = kind,
        ["created"] = clock.GetUtcNow().ToUnixTimeSeconds(),
        ["model"] = name,
    };

    private static JsonObject Usage(Conversation conversation, List<string> pieces) => new()
    {
        ["prompt_tokens"] = conversation.PromptTokens,
        ["completion_tokens"] = (long)pieces.Count,
        ["total_tokens"] = conversation.PromptTokens + pieces.Count,
    };
}
