// Finds a QR code in what the camera sees, or in a photograph.
(() => {
  const canvas = document.createElement("canvas");
  const WIDEST = 1600;

  const codeIn = (source, [left, top, width, height], widest = WIDEST, options = {}) => {
    // A code drawn at twice its size is found more often, at more than that only later.
    const scale = Math.min(2, widest / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(source, left, top, width, height, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height), options);
    } catch {
      return "";
    }
  };

  // On a whole sheet the code is small among many letters: one size shows what another hides, and a quarter of the
  // sheet hides less. The quarters overlap by half, so that every code lies whole in one of them.
  const looks = function* ({ width, height }) {
    for (const widest of [WIDEST, 2400, 1200]) yield [[0, 0, width, height], widest];
    for (const widest of [1200, WIDEST])
      for (const row of [2, 1, 0])
        for (const column of [0, 1, 2])
          yield [[(column * width) / 4, (row * height) / 4, width / 2, height / 2], widest];
  };
  const inPhoto = async (file) => {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    for (const [area, widest] of looks(picture)) {
      const text = codeIn(picture, area, widest, { effort: Infinity, timeLimit: 2000 });
      if (text) return text;
      // The page goes on answering between two looks, which take a slow telephone half a second.
      await new Promise((done) => setTimeout(done));
    }
    return "";
  };

  let stream = null;
  const stop = (video) => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = video.srcObject = null;
  };
  const watch = async (video, found) => {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
    video.srcObject = stream;
    await video.play();
    const look = () => {
      if (!stream) return;
      const text = video.videoWidth ? codeIn(video, [0, 0, video.videoWidth, video.videoHeight]) : "";
      if (text) {
        stop(video);
        found(text);
      } else setTimeout(look, 120);
    };
    look();
  };

  globalThis.camera = { inPhoto, watch, stop };
})();
