// Finds a QR code in what the camera sees, or in a photograph.
(() => {
  const canvas = document.createElement("canvas");
  const WIDEST = 1600;

  const codeIn = (source, width, height, options) => {
    const scale = Math.min(1, WIDEST / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height), options);
    } catch {
      return "";
    }
  };

  const inPhoto = async (file) => {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    return codeIn(picture, picture.width, picture.height, { effort: Infinity, timeLimit: 5000 });
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
      const text = video.videoWidth ? codeIn(video, video.videoWidth, video.videoHeight) : "";
      if (text) {
        stop(video);
        found(text);
      } else setTimeout(look, 120);
    };
    look();
  };

  globalThis.camera = { inPhoto, watch, stop };
})();
