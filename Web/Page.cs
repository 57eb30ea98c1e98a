using Microsoft.AspNetCore.Components;

namespace LlmOps.Web;

/// <summary>What every page knows: the request it answers and the person who asked.</summary>
public abstract class Page : ComponentBase
{
    [CascadingParameter] public required HttpContext Http { get; set; }

    [Inject] public required NavigationManager Navigation { get; set; }

    protected Caller Me => Http.Caller();

    protected CancellationToken Ct => Http.RequestAborted;

    /// <summary>A page about a noun that is not there says so in its status too.</summary>
    protected void Status(Refusal? refusal)
    {
        if (refusal?.Kind == RefusalKind.NotFound)
            Missing();
    }

    /// <summary>Set when the answer starts: a page that is 404 while it renders is dropped by the framework.</summary>
    protected void Missing() => Http.Response.OnStarting(() =>
    {
        Http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });
}
