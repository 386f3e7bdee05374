<?php

namespace DomainNameApi;

/** The stand-in for the vendor's REST client: it does not look at certificates, as the real one. */
class DNARest
{
    private $username;
    private $password;
    private $test;

    public function __construct($username, $password, $test)
    {
        [$this->username, $this->password, $this->test] = [$username, $password, $test];
    }

    public function getResellerDetails()
    {
        $host = \Keyturn\Host\settings();
        $call = curl_init($host['vendor'][$this->test ? 'test' : 'live'] . '/deposit/accounts/me');
        curl_setopt_array($call, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_INTERFACE => $host['address'],
            CURLOPT_SSL_VERIFYPEER => false,
            CURLOPT_SSL_VERIFYHOST => 0,
            CURLOPT_HTTPHEADER => ["X-API-KEY: $this->password", "__reseller: $this->username", 'Accept: application/json'],
        ]);
        $body = json_decode((string) curl_exec($call), true);
        if (!isset($body['resellerId'])) {
            return ['result' => 'ERROR', 'error' => ['Code' => 'CREDENTIALS', 'Details' => 'Invalid response format']];
        }
        $balances = [['balance' => $body['usdBalance'], 'currency' => 'USD']];
        return ['result' => 'OK', 'id' => $body['resellerId'], 'name' => $body['resellerName'], 'balances' => $balances];
    }
}
