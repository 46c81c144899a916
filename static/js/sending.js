// Files take long on a slow network: says how much of them has been sent. fetch, which htmx uses, cannot tell.
{
  const send = (form, address, { method, headers, body, signal }) => new Promise((done, fail) => {
    const bar = form.querySelector("[data-sending]");
    const request = new XMLHttpRequest();
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => {
      bar.querySelector("progress").value = (100 * loaded) / (total || loaded || 1);
    };
    const shown = setTimeout(() => {
      bar.hidden = false;
      document.dispatchEvent(new CustomEvent("portal:say", { detail: bar.querySelector("label").textContent }));
    }, 1000);
    request.onloadend = () => {
      clearTimeout(shown);
      bar.hidden = true;
    };
    request.onerror = () => fail(new TypeError("the connection was cut"));
    request.onabort = () => fail(signal.reason);
    request.onload = () => {
      const lines = request.getAllResponseHeaders().trim().split(/[\r\n]+/);
      const pairs = lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
      const { status, responseURL: url, responseText } = request;
      done({ status, url, headers: new Headers(pairs), text: async () => responseText });
    };
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement;
    if (form.matches?.("[data-saving]") && form.querySelector("[data-sending]")) {
      ctx.fetch = (address, options) => send(form, address, options);
    }
  });
}
