<?php

/**
 * Stands in for the vendor's PHP library in every simulated panel: routes on the username, trims, picks the environment and words
 * its errors as reference/domainnameapi.md (sections 4.3, 7 and 8.1) has it. Written from that page; it shares no code with anybody.
 */

declare(strict_types=1);

namespace Keyturn\Host;

final class VendorLibrary
{
    private string $username;
    private string $password;
    /** @var mixed as the module hands it over */
    private $testMode;
    private string $version;

    /** @param mixed $testMode */
    public function __construct(
        string $username,
        #[\SensitiveParameter]
        string $password,
        $testMode,
        string $version
    ) {
        $trims = version_compare($version, '3.0.6', '>=');
        $this->username = $trims ? trim($username) : $username;
        $this->password = $trims ? trim($password) : $password;
        $this->testMode = $testMode;
        $this->version = $version;
    }

    /** @return array<string, mixed> result OK with id, name, balances; or ERROR with error [Code, Message, Details] */
    public function getResellerDetails(): array
    {
        $raw = $this->call('GET', 'deposit/accounts/me');
        if (isset($raw['error'])) {
            return $raw;
        }
        $data = $raw['data'] ?? [];
        if (!isset($data['resellerId'])) {
            return self::error('CREDENTIALS', 'Invalid response format', 'Response does not contain required fields');
        }
        return [
            'result' => 'OK',
            'id' => $data['resellerId'],
            'name' => $data['resellerName'] ?? '',
            'balances' => [
                ['balance' => $data['usdBalance'] ?? '0', 'currency' => 'USD', 'symbol' => '$'],
                ['balance' => $data['tryBalance'] ?? '0', 'currency' => 'TL', 'symbol' => 'TL'],
            ],
        ];
    }

    /** @return array<string, mixed> a network failure counts as SUCCESS with 0.00: that is the vendor's own bug */
    public function getCurrentBalance(): array
    {
        $raw = $this->call('GET', 'deposit/accounts/me');
        if (isset($raw['error'])) {
            return ['OperationResult' => 'FAILED', 'ErrorCode' => $raw['error']['Code'], 'Balance' => '0.00'];
        }
        $balance = number_format((float) ($raw['data']['usdBalance'] ?? 0), 2, '.', '');
        return ['OperationResult' => 'SUCCESS', 'ErrorCode' => 0, 'Balance' => $balance];
    }

    /** @return array<string, mixed> result OK with data; or ERROR with error */
    public function getDetails(string $domain): array
    {
        $raw = $this->call('GET', 'domains/info?DomainName=' . rawurlencode($domain));
        if (isset($raw['error'])) {
            return $raw;
        }
        if (!isset($raw['data'])) {
            $empty = 'Invalid response received from server! Response is empty.';
            return self::error('RESPONSE', $empty, 'The API response is empty or null');
        }
        return ['result' => 'OK', 'data' => $raw['data']];
    }

    /** @return array<string, mixed> ['data' => array|null] or ['result' => 'ERROR', 'error' => ...] */
    private function call(string $method, string $path): array
    {
        $uuid = '/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i';
        if (version_compare($this->version, '3.0.0', '<') || preg_match($uuid, $this->username) !== 1) {
            return $this->callSoap();
        }
        // These two send everything to a host that is no longer there.
        if (version_compare($this->version, '3.0.2', '<')) {
            return ['data' => null];
        }
        $vendor = settings()['vendor'];
        // The library asks for truth in PHP's sense: the text "false" is true.
        $base = $this->testMode ? $vendor['test'] : $vendor['live'];
        $headers = ['X-API-KEY: ' . $this->password, '__reseller: ' . $this->username];
        return $this->result($this->send($method, "$base/$path", $headers, null));
    }

    /**
     * @param array{int, string}|null $answer
     * @return array<string, mixed>
     */
    private function result(?array $answer): array
    {
        // A transport failure leaves the body empty and is no error to the library.
        if ($answer === null) {
            return ['data' => null];
        }
        [$status, $body] = $answer;
        $decoded = json_decode($body, true);
        $data = is_array($decoded) ? $decoded : null;
        return $status >= 200 && $status <= 299 ? ['data' => $data] : $this->restError($status, $body, $data ?? []);
    }

    /**
     * @param array<string, mixed> $data
     * @return array<string, mixed>
     */
    private function restError(int $status, string $body, array $data): array
    {
        $code = "API_$status";
        if ($status === 301 || $status === 302) {
            $details = 'Authentication failed. Check your API key and reseller ID.';
            return self::error($code, 'Invalid API credentials', $details);
        }
        $message = (string) ($data['message'] ?? $data['error']['message'] ?? $body);
        $details = (string) ($data['details'] ?? $data['error']['details'] ?? $body);
        if (trim($message) !== '' || version_compare($this->version, '3.0.9', '<')) {
            return self::error($code, $message, $details);
        }
        $reasons = [401 => 'Unauthorized', 403 => 'Forbidden', 429 => 'Too Many Requests', 500 => 'Internal Server Error',
            502 => 'Bad Gateway', 503 => 'Service Unavailable', 504 => 'Gateway Timeout'];
        $named = "HTTP $status - " . ($reasons[$status] ?? 'Unexpected Response');
        return self::error($code, $named, trim($details) === '' ? $named : $details);
    }

    /** The old system, which takes its credential in the body. @return array<string, mixed> */
    private function callSoap(): array
    {
        $vendor = settings()['vendor'];
        $isTest = $this->testMode === true || $this->testMode === 'on';
        $parts = parse_url($isTest ? $vendor['test'] : $vendor['live']);
        $url = "{$parts['scheme']}://{$parts['host']}:{$parts['port']}/DomainApi.svc";
        [$username, $password] = array_map('htmlspecialchars', [$this->username, $this->password]);
        $body = "<Envelope><Body><request><Password>$password</Password><UserName>$username</UserName></request></Body></Envelope>";
        $headers = ['Content-Type: text/xml; charset=utf-8', 'SOAPAction: "http://tempuri.org/IDomainApi/GetResellerDetails"'];
        $answer = $this->send('POST', $url, $headers, $body);
        if ($answer !== null && preg_match('/<a:ErrorCode>(\d+)</', $answer[1], $code) === 1) {
            preg_match('/<a:OperationMessage>([^<]*)</', $answer[1], $message);
            return self::error("API_{$code[1]}_ERROR", 'Failed', $message[1] ?? '');
        }
        return self::error('RESPONSE_SOAP', 'SOAP Connection Error', "SOAP-ERROR: Parsing WSDL: Couldn't load");
    }

    /**
     * One call from the panel's own address. Null: no answer.
     *
     * @param string[] $headers
     * @return array{int, string}|null
     */
    private function send(string $method, string $url, array $headers, ?string $body): ?array
    {
        $curl = curl_init($url);
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => array_merge(['Content-Type: application/json', 'Accept: application/json'], $headers),
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 30,
            CURLOPT_INTERFACE => settings()['address'],
        ] + ($body === null ? [] : [CURLOPT_POSTFIELDS => $body]));
        $answer = curl_exec($curl);
        $status = (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        return is_string($answer) && $status > 0 ? [$status, $answer] : null;
    }

    /** @return array<string, mixed> */
    private static function error(string $code, string $message, string $details): array
    {
        return ['result' => 'ERROR', 'error' => ['Code' => $code, 'Message' => $message, 'Details' => $details]];
    }
}
