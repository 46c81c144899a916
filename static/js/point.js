// Lets a touch, the arrow keys or the device's own idea of where it is put the pin of a map; its two fields follow.
for (const map of document.querySelectorAll("svg[data-point]:not([tabindex])")) {
  const field = map.closest("fieldset");
  const [lat, lon] = ["lat", "lon"].map((part) => field.querySelector(`[name="${map.dataset.point}-${part}"]`));
  const [said, here, clear] = ["said", "here", "clear"].map((name) => field.querySelector(`[data-point-${name}]`));
  const pin = map.querySelector(".pin");
  const { west, north, across, down } = map.dataset;
  const { width, height } = map.viewBox.baseVal;

  const say = (text) => document.dispatchEvent(new CustomEvent("portal:say", { detail: (said.textContent = text) }));
  const at = () => ({ x: (lon.value.replace(",", ".") - west) * across, y: (north - lat.value.replace(",", ".")) * down });
  const given = () => Boolean(lat.value && lon.value);
  const inside = ({ x, y }) => x >= 0 && y >= 0 && x <= width && y <= height;
  const draw = () => {
    clear.hidden = !given();
    pin.classList.toggle("away", !given() || !inside(at()));
    if (given() && inside(at())) pin.setAttribute("transform", `translate(${at().x} ${at().y})`);
  };
  const put = ({ x, y }) => {
    lat.value = (north - Math.min(Math.max(y, 0), height) / down).toFixed(5);
    lon.value = (+west + Math.min(Math.max(x, 0), width) / across).toFixed(5);
    draw();
  };
  const sayWhere = () => {
    const { x, y } = at();
    const far = (seat) => Math.hypot(seat.getAttribute("cx") - x, seat.getAttribute("cy") - y);
    const seats = [...map.querySelectorAll("[data-name]")].sort((one, other) => far(one) - far(other));
    if (seats.length) say(`${map.dataset.near} ${seats[0].dataset.name}`);
  };

  map.addEventListener("click", (event) => {
    put(new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse()));
    sayWhere();
  });
  const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  map.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const [from, far] = [given() ? at() : { x: width / 2, y: height / 2 }, event.shiftKey ? 0.2 : 2];
    put({ x: from.x + step[0] * far, y: from.y + step[1] * far });
  });
  map.addEventListener("keyup", (event) => STEPS[event.key] && sayWhere());
  here.addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
    const spot = { x: (coords.longitude - west) * across, y: (north - coords.latitude) * down };
    if (!inside(spot)) return say(map.dataset.outside);
    put(spot);
    return sayWhere();
  }, () => say(map.dataset.unknown), { enableHighAccuracy: true, timeout: 15000 }));
  clear.addEventListener("click", () => {
    lat.value = lon.value = "";
    draw();
    map.focus();
  });
  field.addEventListener("input", draw);

  Object.entries({ role: "application", "aria-label": map.dataset.label, tabindex: "0" }).forEach((one) => map.setAttribute(...one));
  said.hidden = false;
  here.hidden = !navigator.geolocation;
  draw();
}
