<?php

namespace DomainNameApi;

require_once __DIR__ . '/SharedApiConfigAndUtilsTrait.php';

/** As much of the vendor's library as the test button needs. */
class DomainNameAPI_PHPLibrary
{
    use SharedApiConfigAndUtilsTrait;

    private $username;
    private $password;
    private $base;

    public function __construct($username, $password, $test = false)
    {
        $this->username = trim((string) $username);
        $this->password = trim((string) $password);
        $this->base = \Keyturn\Host\settings()['vendor'][$test ? 'test' : 'live'];
    }

    public function GetResellerDetails()
    {
        $call = curl_init($this->base . '/deposit/accounts/me');
        curl_setopt_array($call, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 15,
            CURLOPT_INTERFACE => \Keyturn\Host\settings()['address'],
            CURLOPT_HTTPHEADER => ["X-API-KEY: {$this->password}", "__reseller: {$this->username}"],
        ]);
        $account = json_decode((string) curl_exec($call), true);
        if (!isset($account['resellerId'])) {
            return ['result' => 'ERROR', 'error' => ['Details' => 'Invalid response format']];
        }
        $balances = [
            ['balance' => $account['usdBalance'] ?? 0, 'currency' => 'USD'],
            ['balance' => $account['tryBalance'] ?? 0, 'currency' => 'TL'],
        ];
        $name = $account['resellerName'] ?? '';
        return ['result' => 'OK', 'id' => $account['resellerId'], 'name' => $name, 'balances' => $balances];
    }
}
