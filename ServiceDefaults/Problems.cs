using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps;

/// <summary>The one mapping from a refusal to HTTP.</summary>
public static class Problems
{
    public static ProblemHttpResult ToProblem(this Refusal refusal) =>
        TypedResults.Problem(refusal.Detail, statusCode: Status(refusal.Kind), title: refusal.Code, type: Problem.TypePrefix + refusal.Code);

    public static Results<Ok<TView>, ProblemHttpResult> ToHttp<T, TView>(this Result<T> result, Func<T, TView> view) where T : class =>
        result.Refused ? result.Refusal.ToProblem() : TypedResults.Ok(view(result.Value));

    public static Results<Ok<T>, ProblemHttpResult> ToHttp<T>(this Result<T> result) where T : class => result.ToHttp(value => value);

    /// <summary>A request that cannot be read is the caller's mistake; every other exception is ours.</summary>
    internal static int Status(Exception exception) => exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;

    /// <summary>Says what is wrong with a request that cannot be read; what is wrong with us stays in the log.</summary>
    internal static void Explain(ProblemDetailsContext context)
    {
        if (context.Exception is not BadHttpRequestException bad)
            return;
        context.ProblemDetails.Type = Problem.TypePrefix + "request-unreadable";
        context.ProblemDetails.Detail = $"{bad.Message}{(bad.InnerException is { } why ? $" {why.Message}" : "")} Correct the request and send it again.";
    }

    public static int Status(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.Unauthorized => StatusCodes.Status401Unauthorized,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Exhausted => StatusCodes.Status429TooManyRequests,
        RefusalKind.Upstream => StatusCodes.Status502BadGateway,
    };
}
