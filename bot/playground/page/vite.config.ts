import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Names without hashes: the built page is committed, and a change of one file should show as a change of one file.
export default defineConfig({
  plugins: [react()],
  base: "./",
  build: {
    outDir: "built",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
