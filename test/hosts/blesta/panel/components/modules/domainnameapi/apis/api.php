<?php

declare(strict_types=1);

namespace DomainNameApi;

use function Keyturn\Host\settings;

require_once __DIR__ . '/SharedApiConfigAndUtilsTrait.php';

/** Stand-in for the vendor's library: which environment it asks and what it makes of the answers. */
final class DomainNameAPI_PHPLibrary
{
    use SharedApiConfigAndUtilsTrait;

    private string $user;
    private string $key;
    private bool $test;

    public function __construct($userName, $password, $testmode = false)
    {
        $trims = version_compare(self::$VERSION, '3.0.6', '>=');
        $this->user = $trims ? trim((string) $userName) : (string) $userName;
        $this->key = $trims ? trim((string) $password) : (string) $password;
        // Any text but the empty one and "0" counts as true.
        $this->test = (bool) $testmode;
    }

    public function GetResellerDetails(): array
    {
        $uuid = '/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i';
        if (preg_match($uuid, $this->user) !== 1) {
            return ['result' => 'ERROR', 'error' => ['Code' => 'API_300_ERROR', 'Message' => 'Reseller not found']];
        }
        [$status, $text] = $this->get('/deposit/accounts/me');
        $body = json_decode($text, true);
        if ($status === 200 && isset($body['resellerId'])) {
            return ['result' => 'OK', 'id' => $body['resellerId'], 'name' => $body['resellerName'] ?? ''];
        }
        return ['result' => 'ERROR', 'error' => ['Code' => $status === 0 ? 'CREDENTIALS' : "API_$status"]];
    }

    /** @return array{int, string} */
    private function get(string $path): array
    {
        $base = settings()['vendor'][$this->test ? 'test' : 'live'];
        $curl = curl_init($base . $path);
        curl_setopt_array($curl, [
            CURLOPT_HTTPHEADER => [
                'Content-Type: application/json',
                'Accept: application/json',
                "X-API-KEY: {$this->key}",
                "__reseller: {$this->user}",
            ],
            CURLOPT_INTERFACE => settings()['address'],
            CURLOPT_RETURNTRANSFER => true,
            // As the vendor's library does. The connector must not.
            CURLOPT_SSL_VERIFYPEER => false,
            CURLOPT_SSL_VERIFYHOST => 0,
            CURLOPT_TIMEOUT => 30,
        ]);
        $text = curl_exec($curl);
        return [(int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE), is_string($text) ? $text : ''];
    }
}
