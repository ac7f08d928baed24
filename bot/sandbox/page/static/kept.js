// What the browser remembers for this page: for good, or as long as the tab is open.

function memory(storage) {
  return {
    get(key) {
      try {
        return storage().getItem(`sandbox-${key}`);
      } catch {
        return null; // storage may be switched off; then nothing is remembered
      }
    },
    set(key, value) {
      try {
        storage().setItem(`sandbox-${key}`, value);
      } catch {
        // see above
      }
    },
  };
}

export const kept = memory(() => localStorage);
export const keptInTab = memory(() => sessionStorage);
