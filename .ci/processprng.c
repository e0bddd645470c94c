/* bcryptprimitives.dll, which every Go program asks for at its start and Wine 8 lacks: random
   bytes for seeds of maps. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *data, SIZE_T n) {
  for (; n > 65536; data += 65536, n -= 65536)
    if (!RtlGenRandom(data, 65536)) /* SystemFunction036 */
      return FALSE;
  return RtlGenRandom(data, (ULONG)n);
}
